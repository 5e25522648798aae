package dev.prodigy.git;

import dev.prodigy.git.RefUpdates.Change;
import dev.prodigy.git.SessionWorktrees.Removed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Removes one worktree, a session's or an agent's, so that no work is lost: first everything worth
/// keeping gets a reference, then the files go, then the branch. After a crash in between it can be
/// done again.
final class WorktreeRemoval {
  private static final long MOST_LEFTOVERS_BYTES = 100L << 20;

  private final Repository repository;
  private final WorktreeRegistry registry;
  private final String name;
  private final Path path;
  private final boolean ofAgent;
  private final Consumer<String> notices;

  WorktreeRemoval(
      Repository repository, WorktreeRegistry registry, String name, Consumer<String> notices) {
    this.repository = repository;
    this.registry = registry;
    this.name = name;
    this.notices = notices;
    path = registry.place(name);
    ofAgent = name.startsWith("mapreduce-agent-");
  }

  Removed remove(boolean force) {
    Optional<Registration> registered = registry.at(path);
    if (registered.isPresent() && registered.get().locked()) {
      return new Removed(false, "locked: " + registered.get().lockReason());
    }
    RefFiles.Head head =
        registered.map(r -> repository.head(r.gitDir())).orElse(new RefFiles.Head(null, null));
    String branch = head.branch().filter(b -> b.startsWith("prodigy-")).orElse("prodigy-" + name);
    String tip = repository.branchTip(branch).orElse(null);

    var keep = new ArrayList<Change>();
    for (String commit : distinct(tip, head.commit())) {
      int own = commitsNowhereElse(commit, branch);
      if (own > 0 && !force) {
        return new Removed(false, own + " commits are in no other branch");
      }
      if (own > 0) {
        String suffix = keep.isEmpty() ? "" : "-head";
        keep.add(Change.set("refs/prodigy/abandoned/" + name + suffix, commit));
      }
    }
    if (!ofAgent) {
      String tooMuch = keepLeftovers(registered, branch, keep);
      if (tooMuch != null) {
        return new Removed(false, tooMuch);
      }
    }
    if (!keep.isEmpty()) {
      RefUpdates.once(repository, keep);
    }
    Optional<String> stays = registry.remove(path);
    if (stays.isPresent()) {
      return new Removed(false, stays.get());
    }
    deleteReferences(branch, tip);
    return new Removed(true, null);
  }

  private static List<String> distinct(@Nullable String one, @Nullable String other) {
    var all = new ArrayList<String>();
    if (one != null) {
      all.add(one);
    }
    if (other != null && !other.equals(one)) {
      all.add(other);
    }
    return all;
  }

  /// Commits that would be reachable from no branch of the user's; for an agent, a session's branch
  /// will do, and for a session that began in another's worktree, the branch there.
  private int commitsNowhereElse(String commit, String own) {
    var command = new ArrayList<>(List.of("rev-list", "--count", commit, "--not"));
    command.add("--exclude=" + (ofAgent ? "prodigy-mapreduce-agent-*" : "prodigy-*"));
    command.add("--branches");
    repository
        .currentBranch()
        .filter(here -> !here.equals(own))
        .filter(here -> repository.branchTip(here).isPresent())
        .ifPresent(here -> command.add("refs/heads/" + here));
    return Integer.parseInt(repository.git().run(command).line());
  }

  /// @return why the worktree must stay
  private @Nullable String keepLeftovers(
      Optional<Registration> registered, String branch, List<Change> keep) {
    String leftovers = "refs/prodigy/leftovers/" + name;
    if (registered.isEmpty() || registered.get().prunable()) {
      repository
          .refTip(SessionFiles.sessionRef(name, "snapshot"))
          .ifPresent(pinned -> keep.add(Change.set(leftovers, pinned)));
      return null;
    }
    var files = new SessionFiles(repository, new Worktree(name, path, branch));
    List<String> uncommitted = files.uncommitted();
    if (uncommitted.isEmpty()) {
      return null;
    }
    long sizeBytes = uncommitted.stream().mapToLong(line -> sizeOf(line.substring(3))).sum();
    if (sizeBytes > MOST_LEFTOVERS_BYTES) {
      return "%d MiB of uncommitted files, too much to keep elsewhere".formatted(sizeBytes >> 20);
    }
    GitDir gitDir = registered.get().gitDir();
    String base = repository.branchTip(branch).isPresent() ? files.standsAt() : "HEAD";
    Snapshot.take(repository, path, gitDir, base, "Uncommitted files of " + name)
        .ifPresent(
            commit -> {
              keep.add(Change.set(leftovers, commit));
              int count = files.changedPaths(commit + "^1", commit).size();
              notices.accept(
                  "Kept %d uncommitted files: git show --stat %s".formatted(count, leftovers));
            });
    return null;
  }

  private long sizeOf(String uncommitted) {
    Path file = path.resolve(uncommitted);
    if (!Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      return 0;
    }
    try (var tree = Files.walk(file)) {
      return tree.filter(f -> Files.isRegularFile(f, LinkOption.NOFOLLOW_LINKS))
          .mapToLong(f -> f.toFile().length())
          .sum();
    } catch (IOException e) {
      throw GitException.io(file, e);
    }
  }

  private void deleteReferences(String branch, @Nullable String tip) {
    var changes = new ArrayList<Change>();
    if (tip != null) {
      List<Repository.Checkout> elsewhere = repository.checkoutsOf(branch);
      if (elsewhere.isEmpty()) {
        changes.add(new Change("refs/heads/" + branch, null, tip));
      } else {
        notices.accept(
            "Kept branch %s: it is checked out in %s"
                .formatted(branch, elsewhere.getFirst().root()));
      }
    }
    for (String last : List.of("head", "snapshot", "files", "catch-up", "half-done")) {
      String ref = SessionFiles.sessionRef(name, last);
      if (repository.refTip(ref).isPresent()) {
        changes.add(Change.delete(ref));
      }
    }
    if (!changes.isEmpty() && !RefUpdates.once(repository, changes)) {
      notices.accept("Kept branch %s: it moved meanwhile".formatted(branch));
    }
  }
}
