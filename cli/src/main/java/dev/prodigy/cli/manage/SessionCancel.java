package dev.prodigy.cli.manage;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.run.ResumableRuns;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Owner;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.storage.ProcessIdentity;
import dev.prodigy.storage.Store;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// `prodigy sessions cancel`: a run that shall not go on. A live one is stopped first, as Ctrl-C
/// would: it writes its checkpoint and ends its agents.
final class SessionCancel {
  private static final Argument<String> ID =
      Argument.required("ID", Values.ID, "Session or job, the beginning of its id, or latest");
  private static final Option<Duration> TIMEOUT =
      Option.value(
          "timeout",
          "TIME",
          Values.DURATION,
          "How long a live run may take to end",
          Duration.ofSeconds(30));
  private static final int LOOK_MILLIS = 50;

  private SessionCancel() {}

  static void define(Command command) {
    command.arguments(ID).options(TIMEOUT).runs(SessionCancel::cancel);
  }

  private static int cancel(Invocation call) {
    Store store = Workspace.store(call);
    SessionId id =
        new ResumableRuns(store, SessionsCommands.here(call, store).orElse(null))
            .find(call.get(ID))
            .session();
    if (id == null || store.sessions().find(id).isEmpty()) {
      throw new ProdigyException(
          ErrorCode.SESSION_NOT_FOUND,
          "Session not found: " + call.get(ID),
          "prodigy sessions list");
    }
    stop(call, store, id);
    try (var _ = store.locks().acquire(List.of(id.value()), false)) {
      store
          .sessions()
          .update(
              id,
              session -> session.become(SessionStatus.CANCELLED, Instant.now(), session.error()));
    }
    call.console().print("Cancelled " + id);
    return ExitCode.OK;
  }

  private static void stop(Invocation call, Store store, SessionId id) {
    Optional<Owner> owner = store.locks().liveHolder(id.value());
    if (owner.isEmpty()) {
      return;
    }
    long pid = owner.get().pid();
    boolean reachable =
        owner.get().host().equals(ProcessIdentity.current().host())
            && ProcessIdentity.isAlive(owner.get())
            && ProcessHandle.of(pid).map(ProcessHandle::destroy).orElse(false);
    if (!reachable) {
      throw busy(id, owner.get(), "it cannot be stopped from here");
    }
    call.console().note("Stopping process %d".formatted(pid));
    long deadline = System.nanoTime() + call.get(TIMEOUT).toNanos();
    while (store.locks().liveHolder(id.value()).isPresent()) {
      if (System.nanoTime() - deadline > 0) {
        throw busy(id, owner.get(), "it has not ended yet");
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(LOOK_MILLIS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new ProdigyException(ErrorCode.INTERRUPTED, "interrupted", null);
    }
  }

  private static ProdigyException busy(SessionId id, Owner owner, String why) {
    return new ProdigyException(
        ErrorCode.SESSION_LOCKED,
        "Session %s is at work".formatted(id),
        null,
        "process %d on %s: %s".formatted(owner.pid(), owner.host(), why),
        "end that process, then cancel again",
        null);
  }
}
