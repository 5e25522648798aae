package dev.prodigy.storage.verify;

import dev.prodigy.model.JobId;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.RepoName;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.file.Directories;
import dev.prodigy.storage.file.Layout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Reads everything a store holds and tells what is damaged, what leads nowhere and what a crash
/// left behind. May run while others work: what a live process is still writing is not damage.
///
/// With `repair` each finding is mended at once, under the lock of the job it concerns. Nothing is
/// discarded: what cannot be used goes to `quarantine/`, or beside the log it was cut out of. Then
/// a second run finds nothing, except what only a person can decide.
///
/// Memory does not depend on the size of logs.
public final class StoreVerification {
  private final Store store;
  private final Layout layout;
  private final InstantSource clock;

  public StoreVerification(Store store, InstantSource clock) {
    this.store = store;
    this.layout = new Layout(store.root());
    this.clock = clock;
  }

  /// What was looked at and how it went.
  ///
  /// @param problems found, including those repaired
  public record Summary(
      long documents,
      long journalRecords,
      long segments,
      long events,
      long eventBytes,
      long problems,
      long repaired) {

    public boolean clean() {
      return problems == repaired;
    }
  }

  /// @param only this repository, and what belongs to none; empty for all
  /// @param sink told of every finding
  public Summary run(Optional<RepoName> only, boolean repair, Consumer<Finding> sink) {
    return new Run(only.map(List::of).orElseGet(store::repositories), repair, sink).run();
  }

  private final class Run {
    private final List<RepoName> repositories;
    private final Findings findings;
    private final Quarantine quarantine;
    private long documents;
    private long records;

    Run(List<RepoName> repositories, boolean repair, Consumer<Finding> sink) {
      this.repositories = repositories;
      this.findings = new Findings(repair, sink);
      this.quarantine = new Quarantine(layout.root(), layout.quarantine());
    }

    Summary run() {
      var leftovers = new LeftoverVerification(store, layout, findings, quarantine, clock);
      leftovers.locks();
      for (RepoName name : repositories) {
        jobs(store.repository(name));
        steps(name);
      }
      // Sessions behind jobs, out of which they are made again; links behind sessions.
      var sessions = new SessionVerification(store, findings, quarantine);
      sessions.verify(layout.sessions());
      leftovers.repositories();
      for (RepoName name : repositories) {
        RepositoryStore repository = store.repository(name);
        mappings(repository);
        leftovers.worktreeRecords(repository);
        leftovers.orphans(repository);
      }
      leftovers.temporaryFiles();
      var events = new EventVerification(findings, store.locks(), clock);
      for (RepoName name : repositories) {
        events.verify(layout.events(name));
        events.verifyArchives(layout.archivedEvents(name), quarantine);
      }
      return new Summary(
          documents + sessions.documents() + leftovers.documents(),
          records,
          events.files(),
          events.lines(),
          events.bytes(),
          findings.problems(),
          findings.repaired());
    }

    private void jobs(RepositoryStore repository) {
      for (JobId id : repository.jobs()) {
        var job = new JobVerification(store, repository, findings, quarantine, id);
        job.verify();
        documents += job.documents();
        records += job.records();
      }
      for (Path own : Directories.directories(layout.deadLetters(repository.name()))) {
        Path document = own.resolve("dlq-items.json");
        if (Files.exists(document)) {
          deadLetters(repository, own, document);
        }
      }
    }

    private void deadLetters(RepositoryStore repository, Path own, Path document) {
      try {
        var id = new JobId(String.valueOf(own.getFileName()));
        var job = new JobVerification(store, repository, findings, quarantine, id);
        job.deadLetters(document);
        documents += job.documents();
      } catch (ProdigyException e) {
        findings.note(Finding.Kind.DEAD_LETTERS, own, -1, "passed over: " + e.message());
      }
    }

    private void steps(RepoName name) {
      var steps = new StepCheckpointVerification(store, findings, quarantine);
      steps.verify(layout.workflowCheckpoints(name));
      documents += steps.documents();
    }

    private void mappings(RepositoryStore repository) {
      var mappings =
          new MappingVerification(
              store, repository, findings, quarantine, layout.mappings(repository.name()));
      mappings.verify();
      documents += mappings.documents();
    }
  }
}
