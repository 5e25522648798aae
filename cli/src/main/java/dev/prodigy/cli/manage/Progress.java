package dev.prodigy.cli.manage;

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
record Progress(String phase, int done, int total) {

  /// A session counts its items at most once a second, its job's state is exact once it stands
  /// still: whichever knows of more is later.
  static Progress of(Store store, Session session) {
    Session.WorkflowData steps = session.workflowData();
    Session.MapReduceData items = session.mapreduceData();
    if (items == null) {
      return steps == null
          ? new Progress("", 0, 0)
          : new Progress("step", steps.currentStep(), steps.totalSteps());
    }
    String phase = items.phase().toLowerCase(Locale.ROOT);
    var counted = new Progress(phase, items.processedItems(), items.totalItems());
    return job(store, session)
        .map(
            job ->
                new Progress(
                    job.phase().name().toLowerCase(Locale.ROOT),
                    job.successfulCount() + job.failedCount(),
                    job.totalItems()))
        .filter(known -> known.done() >= counted.done() && known.total() >= counted.total())
        .orElse(counted);
  }

  /// The job the session works on, if it can be read.
  static Optional<JobState> job(Store store, Session session) {
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
  String text() {
    return phase.isEmpty() ? "" : "%s %d/%d".formatted(phase, done, total);
  }
}
