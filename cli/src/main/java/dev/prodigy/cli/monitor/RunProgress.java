package dev.prodigy.cli.monitor;

import dev.prodigy.model.JobId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.Session;
import dev.prodigy.storage.Store;
import java.util.Locale;
import java.util.Optional;

/// How far a session has come.
///
/// @param phase `step` for sequential runs; empty if nothing is known
public record RunProgress(String phase, int done, int total) {

  /// A session counts its items at most once a second, its job's state is exact once it stands
  /// still: whichever knows of more is later.
  public static RunProgress of(Store store, Session session) {
    Session.WorkflowData steps = session.workflowData();
    Session.MapReduceData items = session.mapreduceData();
    if (items == null) {
      return steps == null
          ? new RunProgress("", 0, 0)
          : new RunProgress("step", steps.currentStep(), steps.totalSteps());
    }
    String phase = items.phase().toLowerCase(Locale.ROOT);
    var counted = new RunProgress(phase, items.processedItems(), items.totalItems());
    return job(store, session)
        .map(
            job ->
                new RunProgress(
                    job.phase().name().toLowerCase(Locale.ROOT),
                    job.successfulCount() + job.failedCount(),
                    job.totalItems()))
        .filter(known -> known.done() >= counted.done() && known.total() >= counted.total())
        .orElse(counted);
  }

  /// The job the session works on, if it can be read.
  public static Optional<JobState> job(Store store, Session session) {
    Session.MapReduceData items = session.mapreduceData();
    if (items == null || session.repository().isEmpty()) {
      return Optional.empty();
    }
    try {
      return store
          .repository(new RepoName(session.repository()))
          .job(new JobId(items.jobId()))
          .state();
    } catch (ProdigyException _) { // `storage verify` tells of it
      return Optional.empty();
    }
  }

  /// `map 6/10`, `step 1/2`.
  public String text() {
    return phase.isEmpty() ? "" : "%s %d/%d".formatted(phase, done, total);
  }
}
