package dev.prodigy.cli.manage;

import dev.prodigy.cli.run.Standing;
import dev.prodigy.model.JobId;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.file.Directories;
import dev.prodigy.storage.file.Layout;
import dev.prodigy.storage.file.TreeSize;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What of one repository can be cleaned, and what of it is still needed.
final class Cleanables {
  private final Store store;
  private final RepositoryStore repository;
  private final Layout layout;
  private final boolean includeResumable;

  Cleanables(Store store, RepositoryStore repository, boolean includeResumable) {
    this.store = store;
    this.repository = repository;
    this.layout = new Layout(store.root());
    this.includeResumable = includeResumable;
  }

  /// Files of sessions that are over. A job resumes without its session, a sequential run does not:
  /// the file of one that could still be resumed is needed.
  List<Cleanable> sessions() {
    var found = new ArrayList<Cleanable>();
    for (Session session : store.sessions().list()) {
      if (!session.repository().equals(repository.name().value())) {
        continue;
      }
      Standing standing = Standing.of(store, session);
      if (!session.status().ended() && standing != Standing.LIVE && !includeResumable) {
        continue; // not finished
      }
      Path file = layout.sessions().resolve(session.id() + ".json");
      boolean needed = session.mapreduceData() == null || !session.status().ended();
      found.add(
          new Cleanable(
              session.id().value(),
              file.toFile().length(),
              session.updatedAt(),
              standing == Standing.LIVE || needed ? standing.reasonToKeep(includeResumable) : null,
              () -> SessionClean.remove(store, file)));
    }
    return found;
  }

  /// Logs are history: only what is being written stays.
  List<Cleanable> logs(Optional<Path> claude) {
    var found = new ArrayList<Cleanable>();
    for (Path own : Directories.directories(layout.logs(repository.name()))) {
      found.add(log(own, name(own)));
    }
    if (claude.isPresent()) {
      Path worktrees = repository.worktreesDirectory();
      for (Path project : Directories.directories(claude.get().resolve("projects"))) {
        ClaudeProjects.runOf(name(project), worktrees)
            .ifPresent(run -> found.add(log(project, run)));
      }
    }
    return found;
  }

  private Cleanable log(Path directory, String run) {
    boolean live = Standing.of(store, repository, run) == Standing.LIVE;
    return tree(directory, name(directory), live ? "at work" : null, () -> {});
  }

  /// Checkpoints and states. The links to a job go first: a job without them is still found and
  /// cleaned, a link that leads nowhere is not.
  List<Cleanable> state() {
    var found = new ArrayList<Cleanable>();
    for (JobId job : repository.jobs()) {
      Optional<SessionId> session = sessionOf(job);
      found.add(
          tree(
              repository.job(job).directory(),
              job.value(),
              reason(job.value()),
              () -> session.ifPresent(repository.mappings()::forget)));
    }
    for (Path own : Directories.directories(layout.workflowCheckpoints(repository.name()))) {
      found.add(tree(own, name(own), reason(name(own)), () -> {}));
    }
    return found;
  }

  /// Whole logs: to thin a log out there is `events clean`. What was archived stays.
  List<Cleanable> events() {
    return Directories.directories(layout.events(repository.name())).stream()
        .filter(own -> !name(own).equals(EventFiles.MAINTENANCE))
        .map(own -> tree(own, name(own), reason(name(own)), () -> {}))
        .toList();
  }

  private Optional<SessionId> sessionOf(JobId job) {
    try {
      return repository.mappings().sessionOf(job);
    } catch (ProdigyException _) { // a damaged link: `storage verify` removes it
      return Optional.empty();
    }
  }

  /// Dead letters, one by one, by their last attempt.
  List<Cleanable> deadLetters() {
    var found = new ArrayList<Cleanable>();
    for (JobId id : repository.deadLetterJobs()) {
      var job = new Selection.Job(repository, id);
      String reason = reason(id.value());
      for (DeadLetterList.Item item : DeadLetterList.of(job)) {
        found.add(
            new Cleanable(
                id + "/" + item.id(),
                item.document().toString().length(),
                item.letter().lastAttempt(),
                reason,
                () -> DeadLetterRemoval.remove(store, List.of(item))));
      }
    }
    return found;
  }

  private @Nullable String reason(String id) {
    return Standing.of(store, repository, id).reasonToKeep(includeResumable);
  }

  /// Removed under the run's lock, so that nobody begins to work with it meanwhile.
  private Cleanable tree(Path directory, String name, @Nullable String kept, Runnable before) {
    TreeSize size = TreeSize.of(directory);
    return new Cleanable(
        name,
        size.bytes(),
        size.newest(),
        kept,
        () -> {
          try (var _ = store.locks().acquire(List.of(lockName(name)), false)) {
            before.run();
            TreeSize.delete(directory);
          }
        });
  }

  /// Directories of other programs may have names that no lock can have.
  private static String lockName(String name) {
    try {
      return new SessionId(name).value();
    } catch (ProdigyException _) { // nobody's run
      return "maintenance";
    }
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }
}
