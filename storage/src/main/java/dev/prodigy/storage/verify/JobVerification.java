package dev.prodigy.storage.verify;

import dev.prodigy.model.DeadLetter;
import dev.prodigy.model.JobId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.storage.DeadLetterQueue;
import dev.prodigy.storage.JobStore;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.file.CheckpointCheck;
import dev.prodigy.storage.file.DeadLetterSalvage;
import dev.prodigy.storage.file.Directories;
import dev.prodigy.storage.file.JournalCheck;
import dev.prodigy.storage.verify.Finding.Kind;
import dev.prodigy.storage.verify.Findings.Fix;
import dev.prodigy.storage.verify.Findings.Outcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// What is kept of one MapReduce job: state, checkpoints, journal, outputs, dead letters.
///
/// A resumable job's last checkpoint of a kind is not taken away even if it is damaged: without it
/// a resume would begin that phase again and do work twice. Then a person has to decide.
final class JobVerification {
  private final Store store;
  private final RepositoryStore repository;
  private final Findings findings;
  private final Quarantine quarantine;
  private final JobStore job;
  private long documents;
  private long records;

  JobVerification(
      Store store,
      RepositoryStore repository,
      Findings findings,
      Quarantine quarantine,
      JobId job) {
    this.store = store;
    this.repository = repository;
    this.findings = findings;
    this.quarantine = quarantine;
    this.job = repository.job(job);
  }

  /// Documents read so far.
  long documents() {
    return documents;
  }

  /// Journal records read so far.
  long records() {
    return records;
  }

  void verify() {
    boolean finished = isFinished();
    state();
    checkpoints(finished);
    journal();
    results();
  }

  /// Whether nothing could be resumed any more. What cannot be read does not count as finished.
  private boolean isFinished() {
    try {
      Optional<JobState> state = job.state();
      Optional<SessionStatus> status =
          state
              .map(JobState::sessionId)
              .or(() -> repository.mappings().sessionOf(job.job()))
              .flatMap(store.sessions()::find)
              .map(Session::status);
      return state.map(JobState::isComplete).orElse(false)
          || status.filter(s -> s == SessionStatus.COMPLETED).isPresent()
          || status.filter(s -> s == SessionStatus.CANCELLED).isPresent();
    } catch (ProdigyException _) { // told of where that document is verified
      return false;
    }
  }

  private Fix locked(Fix fix) {
    return fix.holding(store.locks(), job.job().value());
  }

  private void state() {
    Path file = job.directory().resolve("job-state.json");
    documents++;
    if (document(Kind.JOB_STATE, file, job::state)) {
      return;
    }
    Optional<JobState> state = job.state();
    if (state.isPresent() && !state.get().jobId().equals(job.job())) {
      findings.damage(
          Kind.JOB_STATE,
          file,
          -1,
          "it is about job " + state.get().jobId(),
          locked(() -> quarantine.move(file)));
    }
  }

  /// Whether the document is damaged; told of if so.
  private boolean document(Kind kind, Path file, Supplier<?> read) {
    Optional<DocumentSyntax.Fault> syntax = DocumentSyntax.fault(file);
    if (syntax.isPresent()) {
      findings.damage(
          kind,
          file,
          syntax.get().offset(),
          syntax.get().why(),
          locked(() -> quarantine.move(file)));
      return true;
    }
    try {
      var _ = read.get();
      quarantine.verifySeal(kind, file, findings, this::locked);
      return false;
    } catch (StorageException e) {
      findings.damage(kind, file, -1, e.message(), locked(() -> quarantine.move(file)));
      return true;
    }
  }

  private void checkpoints(boolean finished) {
    List<Path> all =
        Directories.files(job.directory(), ".json").stream()
            .filter(CheckpointCheck::isCheckpoint)
            .toList();
    for (Path file : all) {
      documents++;
      CheckpointCheck.problem(file)
          .ifPresent(
              why ->
                  findings.damage(
                      Kind.CHECKPOINT,
                      file,
                      DocumentSyntax.fault(file).map(DocumentSyntax.Fault::offset).orElse(-1L),
                      why,
                      locked(() -> takeAway(file, all, finished))));
    }
  }

  private Outcome takeAway(Path file, List<Path> all, boolean finished) {
    if (!finished && all.stream().noneMatch(other -> replaces(other, file))) {
      return Outcome.left(
          "left: it is the only record of this phase of a job that is not finished; to give the"
              + " job up: prodigy checkpoints delete %s/%s --force"
                  .formatted(job.job(), file.getFileName()));
    }
    return quarantine.move(file);
  }

  /// Whether a resume that does not find `file` loses nothing thanks to `other`: one of its kind
  /// (with the journal), or one of a later phase.
  private static boolean replaces(Path other, Path file) {
    return !other.equals(file)
        && rank(other) >= rank(file)
        && CheckpointCheck.problem(other).isEmpty();
  }

  private static int rank(Path file) {
    String name = file.getFileName().toString();
    return name.startsWith("setup-") ? 0 : name.startsWith("map-") ? 1 : 2;
  }

  private void journal() {
    Path file = job.directory().resolve("map-progress.jsonl");
    if (!Files.isRegularFile(file)) {
      return;
    }
    documents++;
    boolean live = store.locks().liveHolder(job.job().value()).isPresent();
    JournalCheck.Result result = JournalCheck.check(file);
    records += result.records();
    var fix = new JournalFix(file);
    for (JournalCheck.Fault fault : result.faults()) {
      if (!(fault.open() && live)) {
        findings.damage(Kind.JOURNAL, file, fault.offset(), fault.why(), locked(fix));
      }
    }
  }

  /// Cuts all damaged records out at once.
  private static final class JournalFix implements Fix {
    private final Path journal;
    private boolean done;

    JournalFix(Path journal) {
      this.journal = journal;
    }

    @Override
    public Outcome apply() {
      if (!done) {
        JournalCheck.repair(journal);
        done = true;
      }
      return Outcome.done(
          "cut out, kept in .%s.torn; if no checkpoint contains it, its item runs again"
              .formatted(journal.getFileName()));
    }
  }

  private void results() {
    for (Path file : Directories.files(job.directory().resolve("results"), ".json")) {
      documents++;
      document(Kind.RESULT, file, () -> job.output("results/" + file.getFileName()));
    }
  }

  /// Dead letters may outlive the rest of a job.
  void deadLetters(Path document) {
    if (!Files.isRegularFile(document)) {
      return;
    }
    documents++;
    DeadLetterQueue queue = job.deadLetters();
    Optional<DocumentSyntax.Fault> syntax = DocumentSyntax.fault(document);
    if (syntax.isPresent()) {
      findings.damage(
          Kind.DEAD_LETTERS,
          document,
          syntax.get().offset(),
          syntax.get().why(),
          locked(() -> salvaged(document, queue)));
      return;
    }
    try {
      queue.items();
      quarantine.verifySeal(Kind.DEAD_LETTERS, document, findings, this::locked);
    } catch (StorageException e) {
      findings.damage(
          Kind.DEAD_LETTERS, document, -1, e.message(), locked(() -> salvaged(document, queue)));
    }
  }

  private Outcome salvaged(Path document, DeadLetterQueue queue) {
    List<DeadLetter> readable = DeadLetterSalvage.readable(document);
    Path kept = quarantine.copied(document);
    queue.restore(readable);
    return Outcome.done(
        "the document as it was is kept in %s; %d readable items of it stay"
            .formatted(kept, readable.size()));
  }
}
