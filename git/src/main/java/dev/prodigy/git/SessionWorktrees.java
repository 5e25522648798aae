package dev.prodigy.git;

import dev.prodigy.git.RefUpdates.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// The worktrees in which sessions work: made, kept, restored after a crash or a deletion, and
/// removed without losing anything.
///
/// A session's head and its uncommitted files are pinned under `refs/prodigy/sessions/<id>/`, so
/// that neither `git gc` nor `rm -rf` of the worktree loses them.
public final class SessionWorktrees {
  private final Repository repository;
  private final WorktreeRegistry registry;

  /// Whether [#remove] removed.
  ///
  /// @param reason why not
  public record Removed(boolean done, @Nullable String reason) {}

  /// A worktree that git knows in our directory.
  ///
  /// @param branch null when detached
  /// @param prunable its files are gone
  public record Listed(
      String name,
      Path path,
      @Nullable String branch,
      @Nullable String head,
      boolean prunable,
      boolean locked) {}

  /// @param directory `ROOT/worktrees/<repo>`; made when the first worktree is
  public SessionWorktrees(Repository repository, Path directory) {
    this.repository = repository;
    this.registry = new WorktreeRegistry(repository, directory);
  }

  /// Makes the session's worktree, on a new branch `prodigy-<sessionId>`.
  ///
  /// @throws GitException if it cannot be made; then nothing of it remains
  public Worktree create(String sessionId, String baseCommit) {
    return create(sessionId, baseCommit, _ -> {});
  }

  /// Like [#create(String, String)], telling of a failing `post-checkout` hook.
  public Worktree create(String sessionId, String baseCommit, Consumer<String> warnings) {
    makeDirectory();
    Worktree worktree = worktree(sessionId);
    if (repository.branchTip(worktree.branch()).isPresent()) {
      throw GitException.branchExists(worktree.branch());
    }
    String base = repository.resolve(baseCommit).orElse(baseCommit);
    try {
      registry.add(worktree.path(), worktree.branch(), base, warnings);
    } catch (GitException e) {
      BranchDeletions.delete(repository, List.of(worktree.branch()));
      throw e;
    }
    return worktree;
  }

  /// Finds or rebuilds the worktree of a session that is resumed, with what was uncommitted when it
  /// was last pinned.
  ///
  /// @param knownHead the head at the last checkpoint; null to take whatever is there
  /// @param notices told what was found and done, a line each
  /// @throws GitException if nothing is left to rebuild it from, or its branch has left the history
  ///   of `knownHead`
  public Worktree restore(String sessionId, @Nullable String knownHead, Consumer<String> notices) {
    makeDirectory();
    return new SessionRestoration(repository, registry, worktree(sessionId), notices)
        .restore(knownHead);
  }

  /// Keeps the session's head and uncommitted files in references.
  public void pin(Worktree worktree) {
    var files = new SessionFiles(repository, worktree);
    String session = worktree.name();
    var changes = new ArrayList<Change>();
    changes.add(Change.set(SessionFiles.sessionRef(session, "head"), files.tip()));
    String snapshotRef = SessionFiles.sessionRef(session, "snapshot");
    Optional<String> snapshot = snapshot(worktree, files, "Uncommitted files of " + session);
    if (snapshot.isPresent()) {
      changes.add(Change.set(snapshotRef, snapshot.get()));
    } else if (repository.refTip(snapshotRef).isPresent()) {
      changes.add(Change.delete(snapshotRef));
    }
    changes.removeIf(
        change ->
            repository.refTip(change.ref()).filter(c -> c.equals(change.commit())).isPresent());
    if (!changes.isEmpty()) {
      RefUpdates.once(repository, changes);
    }
  }

  private Optional<String> snapshot(Worktree worktree, SessionFiles files, String message) {
    return files.uncommitted().isEmpty()
        ? Optional.empty()
        : Snapshot.take(repository, worktree.path(), files.gitDir(), files.standsAt(), message);
  }

  /// Undoes what came after a commit, both commits and uncommitted changes; what was uncommitted
  /// when that commit was last pinned comes back. Everything undone is kept in references.
  ///
  /// @param commit an ancestor of the session's head
  /// @param notices told what was kept where
  public void rollBack(Worktree worktree, String commit, Consumer<String> notices) {
    var files = new SessionFiles(repository, worktree);
    keepUndone(worktree, files, commit, notices);
    Git git = Git.inWorktree(worktree.path()).asWork();
    git.run("reset", "-q", "--hard", commit);
    git.run("clean", "-qfd");
    repository
        .refTip(SessionFiles.sessionRef(worktree.name(), "snapshot"))
        .filter(snapshot -> repository.resolve(snapshot + "^1").filter(commit::equals).isPresent())
        .ifPresent(snapshot -> Snapshot.apply(worktree.path(), snapshot));
  }

  private void keepUndone(
      Worktree worktree, SessionFiles files, String commit, Consumer<String> notices) {
    var kept = new ArrayList<Change>();
    String tip = files.tip();
    if (!tip.equals(commit)) {
      kept.add(Change.set(undoneRef("abandoned", worktree, tip), tip));
    }
    snapshot(worktree, files, "Undone in " + worktree.name())
        .ifPresent(state -> kept.add(Change.set(undoneRef("leftovers", worktree, state), state)));
    if (!kept.isEmpty()) {
      RefUpdates.once(repository, kept);
      kept.forEach(change -> notices.accept("What is undone is kept in " + change.ref()));
    }
  }

  private static String undoneRef(String kind, Worktree worktree, String commit) {
    return "refs/prodigy/%s/%s-%s".formatted(kind, worktree.name(), commit.substring(0, 10));
  }

  /// Where the session's branch stands; costs no process.
  public String head(Worktree worktree) {
    return new SessionFiles(repository, worktree).tip();
  }

  /// What is not committed there, as `XY path`.
  public List<String> uncommitted(Worktree worktree) {
    return new SessionFiles(repository, worktree).uncommitted();
  }

  /// How many commits the session's branch has that `target` has not.
  public int commitsAhead(Worktree worktree, String target) {
    String range = "refs/heads/%s..refs/heads/%s".formatted(target, worktree.branch());
    return Integer.parseInt(repository.git().run("rev-list", "--count", range).line());
  }

  /// What a branch has that its base has not.
  public record Work(int commits, int files) {}

  /// @param base a commit that may be gone; then nothing can be told
  public Optional<Work> workOf(String branch, String base) {
    if (repository.branchTip(branch).isEmpty() || repository.resolve(base).isEmpty()) {
      return Optional.empty();
    }
    String range = base + "..refs/heads/" + branch;
    int commits = Integer.parseInt(repository.git().run("rev-list", "--count", range).line());
    long files =
        repository.git().run("diff", "--name-only", "-z", range).fields().stream()
            .filter(name -> !name.isEmpty())
            .count();
    return Optional.of(new Work(commits, (int) files));
  }

  /// Removes a worktree, its branch and its references; every step can be repeated after a crash.
  /// Uncommitted files of a session are kept in `refs/prodigy/leftovers/<name>`, unmerged commits
  /// in `refs/prodigy/abandoned/<name>`. The caller has made sure that nobody works in it.
  ///
  /// @param force also with commits that no other branch has
  /// @param notices told what was kept where
  public Removed remove(String name, boolean force, Consumer<String> notices) {
    return new WorktreeRemoval(repository, registry, name, notices).remove(force);
  }

  /// The worktrees in our directory that git knows, agents' included. Creates nothing, starts no
  /// process.
  public List<Listed> list() {
    return registry.ours().stream().filter(r -> r.path() != null).map(this::listed).toList();
  }

  private Listed listed(Registration registration) {
    RefFiles.Head head = repository.head(registration.gitDir());
    Path path = registry.place(registration.name());
    return new Listed(
        registration.name(),
        path,
        head.branch().orElse(null),
        head.commit(),
        registration.prunable(),
        registration.locked());
  }

  /// Brings sessions' results to the user's branches.
  public FinalMerge finalMerge(MergeAssist assist) {
    boolean inObjectStore = GitVersion.installed().mergesInObjectStore();
    return new FinalMerge(repository, registry, assist, inObjectStore);
  }

  private Worktree worktree(String sessionId) {
    return new Worktree(sessionId, registry.place(sessionId), "prodigy-" + sessionId);
  }

  private void makeDirectory() {
    try {
      Files.createDirectories(registry.directory());
    } catch (IOException e) {
      throw GitException.io(registry.directory(), e);
    }
  }
}
