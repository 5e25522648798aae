package dev.prodigy.git;

import dev.prodigy.git.RefUpdates.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Gives a resumed session its worktree back, whatever happened to it: nothing, a kill while it was
/// made, `rm -rf`, `git worktree prune`, a moved repository.
final class SessionRestoration {
  private final Repository repository;
  private final WorktreeRegistry registry;
  private final Worktree worktree;
  private final SessionFiles files;
  private final Consumer<String> notices;

  SessionRestoration(
      Repository repository,
      WorktreeRegistry registry,
      Worktree worktree,
      Consumer<String> notices) {
    this.repository = repository;
    this.registry = registry;
    this.worktree = worktree;
    this.notices = notices;
    files = new SessionFiles(repository, worktree);
  }

  Worktree restore(@Nullable String knownHead) {
    requireRelated(knownHead);
    Optional<Registration> present = present();
    try (var refs = new RefUpdates(repository)) {
      if (present.isPresent()) {
        finishCheckout(present.get());
        files.recover(refs, notices);
      } else {
        rebuild(knownHead, refs);
      }
    }
    return worktree;
  }

  private void requireRelated(@Nullable String knownHead) {
    Optional<String> tip = repository.branchTip(worktree.branch());
    if (knownHead == null || tip.isEmpty() || tip.get().equals(knownHead)) {
      return;
    }
    if (!repository.isAncestor(knownHead, tip.get())) {
      throw GitException.headUnrelated(worktree.name(), tip.get(), knownHead);
    }
    notices.accept(
        "Branch %s has moved from %s to %s since the last checkpoint; going on from there"
            .formatted(worktree.branch(), brief(knownHead), brief(tip.get())));
  }

  private static String brief(String commit) {
    return commit.substring(0, Math.min(10, commit.length()));
  }

  /// The worktree if its files and its registration are there; otherwise nothing is in the way of
  /// making it.
  private Optional<Registration> present() {
    Path path = worktree.path();
    try (var _ = registry.lock()) {
      for (Registration half : registry.ours()) {
        if (half.beingMade() && half.name().equals(worktree.name())) {
          registry.forget(half);
        }
      }
      if (!Files.isDirectory(path)) {
        return Optional.empty();
      }
      if (registry.at(path).filter(Registration::linkedBack).isPresent() || registry.repair(path)) {
        return registry.at(path);
      }
      setAside(path);
      return Optional.empty();
    }
  }

  private void setAside(Path path) {
    Path aside = path.resolveSibling(path.getFileName() + ".aside");
    for (int n = 2; Files.exists(aside); n++) {
      aside = path.resolveSibling(path.getFileName() + ".aside-" + n);
    }
    try {
      Files.move(path, aside);
    } catch (IOException e) {
      throw GitException.io(path, e);
    }
    notices.accept("%s is no worktree git knows; it was moved to %s".formatted(path, aside));
  }

  /// A kill between registration and checkout leaves a worktree without an index.
  private void finishCheckout(Registration present) {
    GitDir gitDir = present.gitDir();
    if (!gitDir.has("index")) {
      String commit =
          repository
              .branchTip(worktree.branch())
              .or(() -> Optional.ofNullable(repository.head(gitDir).commit()))
              .orElseThrow(() -> missing());
      StaleLock.remove(gitDir.file("index.lock"));
      registry.switchTo(worktree.path(), gitDir, worktree.branch(), commit, notices);
    }
  }

  private void rebuild(@Nullable String knownHead, RefUpdates refs) {
    String head =
        repository
            .branchTip(worktree.branch())
            .or(() -> repository.refTip(ref("head")))
            .or(() -> Optional.ofNullable(knownHead).flatMap(repository::resolve))
            .orElseThrow(() -> missing());
    registry.add(worktree.path(), worktree.branch(), head, notices);
    files.standAtTip(refs);
    notices.accept("Worktree %s was gone; rebuilt at %s".formatted(worktree.name(), brief(head)));
    repository.refTip(ref("snapshot")).ifPresent(snapshot -> reapply(snapshot, head, refs));
  }

  private GitException missing() {
    return GitException.worktreeNotFound(worktree.name(), worktree.path());
  }

  private void reapply(String snapshot, String head, RefUpdates refs) {
    String base = repository.resolve(snapshot + "^1").orElse(head);
    if (repository.isAncestor(base, head)) {
      Snapshot.apply(worktree.path(), snapshot);
      try {
        // The files now stand at the snapshot's base; later commits are brought in around them.
        refs.apply(Change.set(ref("files"), base));
        files.catchUp(refs);
        notices.accept("Its uncommitted files are back as of the last checkpoint");
        return;
      } catch (GitException e) {
        Git git = Git.inWorktree(worktree.path()).asWork();
        git.run("read-tree", "--reset", "-u", snapshot);
        git.run("read-tree", "--reset", "-u", head);
        files.standAtTip(refs);
      }
    }
    notices.accept(
        "Its uncommitted files do not fit the commits made since; they are kept in "
            + kept(snapshot, refs));
  }

  /// The session's own references are overwritten by its next checkpoint.
  private String kept(String snapshot, RefUpdates refs) {
    String leftovers = "refs/prodigy/leftovers/" + worktree.name();
    refs.apply(Change.set(leftovers, snapshot));
    return leftovers;
  }

  private String ref(String last) {
    return SessionFiles.sessionRef(worktree.name(), last);
  }
}
