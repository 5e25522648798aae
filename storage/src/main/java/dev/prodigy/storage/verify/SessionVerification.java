package dev.prodigy.storage.verify;

import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.file.Directories;
import dev.prodigy.storage.verify.Finding.Kind;
import dev.prodigy.storage.verify.Findings.Fix;
import dev.prodigy.storage.verify.Findings.Outcome;
import java.nio.file.Path;
import java.util.Optional;

/// Sessions of all repositories.
final class SessionVerification {
  private final Store store;
  private final Findings findings;
  private final Quarantine quarantine;
  private long documents;

  SessionVerification(Store store, Findings findings, Quarantine quarantine) {
    this.store = store;
    this.findings = findings;
    this.quarantine = quarantine;
  }

  long documents() {
    return documents;
  }

  void verify(Path directory) {
    for (Path file : Directories.files(directory, ".json")) {
      documents++;
      verifyOne(file);
    }
  }

  private void verifyOne(Path file) {
    Optional<DocumentSyntax.Fault> syntax = DocumentSyntax.fault(file);
    if (syntax.isPresent()) {
      told(file, syntax.get().offset(), syntax.get().why());
      return;
    }
    try {
      var id = new SessionId(Directories.stem(file, ".json"));
      Optional<Session> session = store.sessions().find(id);
      if (session.isPresent() && !session.get().id().equals(id)) {
        told(file, -1, "it holds session '" + session.get().id() + "'");
      } else {
        quarantine.verifySeal(
            Kind.SESSION, file, findings, fix -> fix.holding(store.locks(), id.value()));
      }
    } catch (ProdigyException e) {
      told(file, -1, e.message());
    }
  }

  private void told(Path file, long offset, String problem) {
    findings.damage(Kind.SESSION, file, offset, problem, () -> setAside(file));
  }

  private Outcome setAside(Path file) {
    SessionId id;
    try {
      id = new SessionId(Directories.stem(file, ".json"));
    } catch (ProdigyException _) { // no run can have such an id
      return quarantine.move(file);
    }
    Fix fix = () -> rebuilt(file, id);
    return fix.holding(store.locks(), id.value()).apply();
  }

  private Outcome rebuilt(Path file, SessionId id) {
    Optional<Session> again = new SessionRebuild(store).of(id);
    if (again.isEmpty()) {
      return quarantine.move(file);
    }
    Path kept = quarantine.copied(file);
    store.sessions().restore(again.get());
    return Outcome.done(
        "made again from what else is known of the run; as it was it is kept in " + kept);
  }
}
