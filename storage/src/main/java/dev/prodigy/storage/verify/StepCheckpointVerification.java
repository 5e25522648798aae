package dev.prodigy.storage.verify;

import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.file.CheckpointCheck;
import dev.prodigy.storage.file.Directories;
import dev.prodigy.storage.file.PrivateFiles;
import dev.prodigy.storage.verify.Finding.Kind;
import dev.prodigy.storage.verify.Findings.Fix;
import dev.prodigy.storage.verify.Findings.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// Checkpoints of sequential runs, `checkpoints/<session>/<workflow>.checkpoint.json`, and the ones
/// they replaced. A damaged one is followed by the newest of those that is whole.
final class StepCheckpointVerification {
  private static final String SUFFIX = ".checkpoint.json";

  private final Store store;
  private final Findings findings;
  private final Quarantine quarantine;
  private long documents;

  StepCheckpointVerification(Store store, Findings findings, Quarantine quarantine) {
    this.store = store;
    this.findings = findings;
    this.quarantine = quarantine;
  }

  long documents() {
    return documents;
  }

  /// @param directory `state/<repo>/checkpoints`
  void verify(Path directory) {
    for (Path own : Directories.directories(directory)) {
      for (Path file : Directories.files(own.resolve("history"), ".json")) {
        damage(file).ifPresent(why -> told(file, why, () -> quarantine.move(file)));
      }
      for (Path file : Directories.files(own, SUFFIX)) {
        damage(file).ifPresent(why -> told(file, why, () -> replaced(own, file)));
      }
    }
  }

  private Optional<String> damage(Path file) {
    documents++;
    return CheckpointCheck.problem(file);
  }

  private void told(Path file, String why, Fix fix) {
    long offset = DocumentSyntax.fault(file).map(DocumentSyntax.Fault::offset).orElse(-1L);
    findings.damage(Kind.CHECKPOINT, file, offset, why, fix);
  }

  private Outcome replaced(Path own, Path file) {
    SessionId session;
    try {
      session = new SessionId(String.valueOf(own.getFileName()));
    } catch (ProdigyException _) { // no run can have such an id
      return quarantine.move(file);
    }
    Fix fix = () -> replaced(own, file, session);
    return fix.holding(store.locks(), session.value()).apply();
  }

  private Outcome replaced(Path own, Path file, SessionId session) {
    Optional<Path> before =
        Directories.files(own.resolve("history"), ".json").reversed().stream()
            .filter(old -> CheckpointCheck.problem(old).isEmpty())
            .findFirst();
    if (before.isEmpty() && !isOver(session)) {
      return Outcome.left(
          "left: nothing before it is whole, and without it the run would begin again; to give"
              + " it up: prodigy checkpoints delete %s/%s --force"
                  .formatted(session, file.getFileName()));
    }
    if (before.isEmpty()) {
      return quarantine.move(file);
    }
    Path kept = quarantine.copied(file);
    copy(before.get(), file);
    return Outcome.done(
        "replaced by %s; as it was it is kept in %s".formatted(before.get().getFileName(), kept));
  }

  private boolean isOver(SessionId id) {
    try {
      return store
          .sessions()
          .find(id)
          .map(Session::status)
          .filter(s -> s == SessionStatus.COMPLETED || s == SessionStatus.CANCELLED)
          .isPresent();
    } catch (StorageException _) { // told of where sessions are verified
      return false;
    }
  }

  private static void copy(Path from, Path to) {
    try {
      PrivateFiles.replace(to, out -> out.write(Files.readAllBytes(from)));
    } catch (IOException e) {
      throw StorageException.io(to, e);
    }
  }
}
