package dev.prodigy.cli.monitor;

import dev.prodigy.cli.run.ResumableRuns;
import dev.prodigy.cli.run.Standing;
import dev.prodigy.mapreduce.JobPicture;
import dev.prodigy.model.JobId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.Session;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.file.Layout;
import dev.prodigy.storage.file.TreeSize;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Every run that a store knows of, whatever its repository: by its session, or by its job's state
/// if the session was cleaned away. Only those that are shown are looked into.
final class Runs {
  private final Store store;
  private final Layout layout;

  /// What a run has used, kept between two looks.
  private final Map<String, Spending> spendings = new HashMap<>();

  Runs(Store store) {
    this.store = store;
    this.layout = new Layout(store.root());
  }

  /// Known of a run before it is looked into.
  private record Known(
      RepoName repository,
      @Nullable Session session,
      @Nullable JobState job,
      boolean live,
      Instant updatedAt) {
    String id() {
      return job != null
          ? job.jobId().value()
          : String.valueOf(session == null ? "" : session.id());
    }
  }

  /// Live runs, then the others, each kind by when something last happened, the latest first.
  ///
  /// @param recent how many that are not live
  List<RunRow> rows(List<RepositoryStore> repositories, int recent) {
    List<Known> known = known(repositories);
    known.sort(Comparator.comparing(Known::live).thenComparing(Known::updatedAt).reversed());
    long live = known.stream().filter(Known::live).count();
    return known.stream().limit(live + recent).map(this::row).toList();
  }

  private List<Known> known(List<RepositoryStore> repositories) {
    var names = new HashSet<String>();
    repositories.forEach(repository -> names.add(repository.name().value()));
    var all = new ArrayList<Known>();
    Set<String> jobs = new HashSet<>();
    for (Session session : store.sessions().list()) {
      if (names.contains(session.repository())) {
        Known run = of(session);
        all.add(run);
        jobs.add(run.id());
      }
    }
    for (RepositoryStore repository : repositories) {
      for (JobId id : repository.jobs()) {
        if (!jobs.contains(id.value())) {
          state(repository, id).map(state -> of(repository, state)).ifPresent(all::add);
        }
      }
    }
    return all;
  }

  private Known of(Session session) {
    JobState job = RunProgress.job(store, session).orElse(null);
    Instant updated = session.updatedAt();
    return new Known(
        new RepoName(session.repository()),
        session,
        job,
        Standing.of(store, session) == Standing.LIVE,
        job != null && job.updatedAt().isAfter(updated) ? job.updatedAt() : updated);
  }

  private Known of(RepositoryStore repository, JobState job) {
    boolean live = store.locks().liveHolder(job.jobId().value()).isPresent();
    return new Known(repository.name(), null, job, live, job.updatedAt());
  }

  private static Optional<JobState> state(RepositoryStore repository, JobId id) {
    try {
      return repository.job(id).state();
    } catch (ProdigyException _) { // `storage verify` tells of it
      return Optional.empty();
    }
  }

  private RunRow row(Known run) {
    return run.job() == null ? steps(run) : job(run, run.job());
  }

  private RunRow job(Known run, JobState job) {
    RepositoryStore repository = store.repository(run.repository());
    JobReport report = JobReport.of(store, repository, job.jobId()).orElse(null);
    return new RunRow(
        run.id(),
        run.session() == null ? null : run.session().id().value(),
        run.repository().value(),
        job.workflowName(),
        run.live(),
        status(run, job),
        job.phase().name().toLowerCase(Locale.ROOT),
        report == null ? none() : report.picture().counts(),
        report == null ? 0 : run.live() ? report.currentThroughput() : report.averageThroughput(),
        report == null ? null : report.eta().orElse(null),
        spending(run),
        bytes(run),
        job.startedAt(),
        run.updatedAt());
  }

  private static JobPicture.Counts none() {
    return new JobPicture.Counts(0, 0, 0, 0, 0, 0);
  }

  private static String status(Known run, JobState job) {
    if (run.session() != null) {
      return ResumableRuns.shownStatus(run.session());
    }
    return run.live() ? "Running" : job.isComplete() ? "Completed" : "Interrupted";
  }

  private RunRow steps(Known run) {
    Session session = Objects.requireNonNull(run.session());
    RunProgress progress = RunProgress.of(store, session);
    Session.WorkflowData data = session.workflowData();
    int left = Math.max(0, progress.total() - progress.done());
    int active = run.live() ? Math.min(1, left) : 0;
    return new RunRow(
        run.id(),
        session.id().value(),
        run.repository().value(),
        data == null ? "" : data.workflowName(),
        run.live(),
        ResumableRuns.shownStatus(session),
        progress.phase(),
        new JobPicture.Counts(progress.total(), progress.done(), 0, 0, active, left - active),
        0,
        null,
        spending(run),
        bytes(run),
        session.startedAt(),
        run.updatedAt());
  }

  private Spending spending(Known run) {
    EventFiles files = EventFiles.of(store.root(), run.repository().value());
    return spendings.computeIfAbsent(run.id(), id -> new Spending(files, new JobId(id))).look();
  }

  /// State, events, dead letters and logs.
  private long bytes(Known run) {
    RepoName name = run.repository();
    var places = new ArrayList<Path>();
    places.add(layout.events(name).resolve(run.id()));
    if (run.job() != null) {
      places.add(layout.job(name, run.job().jobId()));
      places.add(layout.deadLetters(name).resolve(run.id()));
    } else {
      places.add(layout.workflowCheckpoints(name).resolve(run.id()));
    }
    if (run.session() != null) {
      places.add(layout.logs(name).resolve(run.session().id().value()));
    }
    return places.stream().filter(Files::isDirectory).mapToLong(p -> TreeSize.of(p).bytes()).sum();
  }

  /// Since the run began; up to its last change if it is not live.
  static Duration age(RunRow row, Instant now) {
    return Duration.between(row.startedAt(), row.live() ? now : row.updatedAt());
  }
}
