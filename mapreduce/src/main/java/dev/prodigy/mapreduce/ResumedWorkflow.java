package dev.prodigy.mapreduce;

import dev.prodigy.engine.RunRequest;
import dev.prodigy.model.JobState;
import dev.prodigy.storage.JobStore;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.Parameters;
import dev.prodigy.workflow.WorkflowLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Which text of the workflow a resumed job goes on with: the file, if the user mended only what
/// has not run yet; the stored copy, if the file is gone.
///
/// @param known the job's state, where it was written before the crash
record ResumedWorkflow(
    RunRequest request, JobStore files, Optional<JobState> known, JobResumeOptions resume) {

  LoadedWorkflow load() {
    Optional<LoadedWorkflow> stored =
        files.workflow().map(text -> WorkflowLoader.parse(text, "workflow.yml"));
    LoadedWorkflow given = resume.loaded();
    if (given != null) {
      stored.ifPresent(before -> checkChange(before, given));
      return given;
    }
    Optional<Path> file = file();
    if (file.isEmpty() || !Files.isRegularFile(file.get())) {
      LoadedWorkflow copy = stored.orElseThrow(() -> MapReduceException.workflowGone(files.job()));
      file.ifPresent(
          gone ->
              request
                  .reporter()
                  .warning("%s is gone; going on with the stored copy".formatted(gone)));
      return copy;
    }
    Parameters parameters =
        stored.map(copy -> copy.workflow().parameters()).orElse(Parameters.NONE);
    LoadedWorkflow present = request.settings().load(file.get(), parameters);
    if (!(present.workflow() instanceof MapReduceWorkflow)) {
      throw MapReduceException.noMap(file.get());
    }
    stored.ifPresent(before -> checkChange(before, present));
    return present;
  }

  private Optional<Path> file() {
    if (resume.workflow() != null) {
      return Optional.of(resume.workflow());
    }
    return known
        .map(JobState::workflowPath)
        .or(() -> Optional.ofNullable(request.workflowPath()).map(Path::toString))
        .map(Path::of);
  }

  private void checkChange(LoadedWorkflow before, LoadedWorkflow now) {
    boolean asBegun = known.map(JobState::workflowHash).filter(now.hash()::equals).isPresent();
    if (asBegun || before.hash().equals(now.hash())) {
      return; // the stored copy lacks secrets that were written in the file
    }
    boolean frozen = files.checkpoints().newestMap().isPresent();
    boolean mapChanged = frozen && !before.mapHash().equals(now.mapHash());
    if (mapChanged && !resume.force()) {
      throw MapReduceException.workflowChanged(
          "the map phase", shortHash(before.mapHash()), shortHash(now.mapHash()));
    }
    int finished = files.checkpoints().setup().map(c -> c.value().currentStep()).orElse(0);
    for (int i = 0; i < finished && !resume.force(); i++) {
      String was = i < before.stepHashes().size() ? before.stepHashes().get(i) : "";
      String is = i < now.stepHashes().size() ? now.stepHashes().get(i) : "";
      if (!was.equals(is)) {
        throw MapReduceException.workflowChanged(
            "setup step %d, which has run".formatted(i + 1), shortHash(was), shortHash(is));
      }
    }
    request.reporter().warning("The workflow has changed; what has not run yet uses the new text");
  }

  private static String shortHash(String hash) {
    String digits = hash.startsWith("sha256:") ? hash.substring(7) : hash;
    return digits.substring(0, Math.min(12, digits.length()));
  }
}
