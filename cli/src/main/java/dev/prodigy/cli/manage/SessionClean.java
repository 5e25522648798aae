package dev.prodigy.cli.manage;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.run.ResumableRuns;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.file.Directories;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// `prodigy sessions clean`: removes session files and the links to them.
final class SessionClean {
  private static final Argument<List<String>> IDS =
      Argument.rest("ID", Values.ID, "Only these sessions");
  private static final Option<Boolean> ALL =
      Option.flag("all", "Of any status, except those of a live process");
  private static final Option<Boolean> COMPLETED =
      Option.flag("completed", "Completed and cancelled ones; this is the default");
  private static final Option<Optional<Duration>> OLDER_THAN =
      Option.value("older-than", "AGE", Values.DURATION, "Only those untouched for so long");

  private SessionClean() {}

  static void define(Command command) {
    command
        .arguments(IDS)
        .options(
            ALL, COMPLETED, OLDER_THAN, Confirmation.FORCE, Confirmation.YES, Confirmation.DRY_RUN)
        .runs(SessionClean::clean);
  }

  private static int clean(Invocation call) {
    Store store = Workspace.store(call);
    Console console = call.console();
    List<Path> chosen = chosen(call, store);
    if (chosen.isEmpty()) {
      console.print("No sessions to remove.");
      return ExitCode.OK;
    }
    long bytes = chosen.stream().mapToLong(file -> file.toFile().length()).sum();
    String count = Human.count(chosen.size(), "session");
    if (call.get(Confirmation.DRY_RUN)) {
      chosen.forEach(file -> console.print("Would remove " + id(file)));
      console.print("Would remove %s (%s)".formatted(count, Human.size(bytes)));
      return ExitCode.OK;
    }
    if (Confirmation.given(call, "Delete %s (%s)?".formatted(count, Human.size(bytes)))) {
      chosen.forEach(file -> remove(store, file));
      console.print("Removed %s, %s reclaimed".formatted(count, Human.size(bytes)));
      console.note(
          "Checkpoints, events, dead letters and worktrees stay; see: prodigy clean state,"
              + " prodigy worktree clean");
    }
    return ExitCode.OK;
  }

  private static List<Path> chosen(Invocation call, Store store) {
    List<String> ids = named(call, store);
    Instant oldest = call.get(OLDER_THAN).map(age -> Instant.now().minus(age)).orElse(Instant.MAX);
    var chosen = new ArrayList<Path>();
    for (Path file : Directories.files(store.root().resolve("sessions"), ".json")) {
      Optional<Session> session = readable(store, id(file));
      boolean wanted = ids.isEmpty() ? isWanted(call, session) : ids.contains(id(file));
      Instant last =
          session
              .map(Session::updatedAt)
              .orElseGet(() -> Instant.ofEpochMilli(file.toFile().lastModified()));
      if (wanted && isOf(call, session) && last.isBefore(oldest)) {
        if (isLive(store, id(file))) {
          call.console().warn(id(file) + " is at work and stays");
        } else {
          chosen.add(file);
        }
      }
    }
    return chosen;
  }

  /// One that cannot be read goes only with all.
  private static boolean isWanted(Invocation call, Optional<Session> session) {
    return call.get(ALL)
        || session
            .map(Session::status)
            .filter(s -> s == SessionStatus.COMPLETED || s == SessionStatus.CANCELLED)
            .isPresent();
  }

  private static boolean isOf(Invocation call, Optional<Session> session) {
    return call.repo().isEmpty()
        || session.filter(s -> s.repository().equals(call.repo().get())).isPresent();
  }

  /// What the user named, as whole ids.
  private static List<String> named(Invocation call, Store store) {
    var runs = new ResumableRuns(store, null);
    var ids = new ArrayList<String>();
    for (String id : call.get(IDS)) {
      SessionId session = runs.find(id).session();
      if (session == null) {
        throw new ProdigyException(
            ErrorCode.SESSION_NOT_FOUND, "Session not found: " + id, "prodigy sessions list");
      }
      ids.add(session.value());
    }
    return ids;
  }

  private static String id(Path file) {
    return Directories.stem(file, ".json");
  }

  private static Optional<Session> readable(Store store, String id) {
    try {
      return store.sessions().find(new SessionId(id));
    } catch (ProdigyException _) { // damaged, or no id of ours
      return Optional.empty();
    }
  }

  private static boolean isLive(Store store, String id) {
    try {
      return store.locks().liveHolder(id).isPresent();
    } catch (ProdigyException _) { // no id of ours, so no run of ours
      return false;
    }
  }

  /// The session goes last: while it is there, the next cleaning finds it and what is left of its
  /// links.
  static void remove(Store store, Path file) {
    Optional<Session> session = readable(store, id(file));
    if (session.isPresent()) {
      SessionId id = session.get().id();
      if (!session.get().repository().isEmpty()) {
        store.repository(new RepoName(session.get().repository())).mappings().forget(id);
      }
      store.sessions().delete(id);
      return;
    }
    forgetEverywhere(store, id(file));
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw StorageException.io(file, e);
    }
  }

  /// A session that cannot be read does not say to which repository it belonged.
  private static void forgetEverywhere(Store store, String name) {
    SessionId id;
    try {
      id = new SessionId(name);
    } catch (ProdigyException _) { // no run can have such an id
      return;
    }
    store.repositories().forEach(r -> store.repository(r).mappings().forget(id));
  }
}
