package dev.prodigy.git;

import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/// Brings the commits of a job's agents into the session's branch, one merge commit each, first
/// come first served.
///
/// A merge happens in the object store: `merge-tree`, `commit-tree`, then a compare-and-swap of the
/// branch. That costs the same in a repository of any size, and the agents' own commits go on
/// meanwhile. Index and files of the session's worktree follow when [#catchUp] is called; until
/// then they show an older commit, so nobody should run steps there before it. An old git merges in
/// the worktree instead.
///
/// Local changes in the session's worktree (a setup step wrote them without committing) survive all
/// this: a merge that would overwrite one is a conflict.
public final class MergeQueue implements AutoCloseable {
  private static final int TRIES = 20;

  private final Repository repository;
  private final Worktree parent;
  private final SessionFiles files;
  private final AssistedMerge assisted;
  private final RefUpdates refs;
  private final boolean inObjectStore;

  /// First come, first served; guards everything below and the session's branch.
  private final ReentrantLock turn = new ReentrantLock(true);

  private final Set<String> merged = new HashSet<>();
  private @Nullable LocalChanges local;
  private @Nullable KnownTree known;

  /// How a merge ended.
  public sealed interface Outcome {

    /// The tip is reachable from the session's branch.
    ///
    /// @param mergeCommit the branch's tip after it
    /// @param assisted whether a [MergeAssist] resolved conflicts
    record Merged(String mergeCommit, boolean assisted) implements Outcome {}

    /// Nothing was changed.
    ///
    /// @param paths what conflicts, or the local changes that are in the way
    record Conflict(List<String> paths, String message) implements Outcome {
      public Conflict {
        paths = List.copyOf(paths);
      }
    }
  }

  private record KnownTree(String commit, String tree) {}

  public MergeQueue(Repository repository, Worktree parent, MergeAssist assist) {
    this(repository, parent, assist, GitVersion.installed().mergesInObjectStore());
  }

  MergeQueue(Repository repository, Worktree parent, MergeAssist assist, boolean inObjectStore) {
    this.repository = repository;
    this.parent = parent;
    this.inObjectStore = inObjectStore;
    files = new SessionFiles(repository, parent);
    assisted = new AssistedMerge(repository, parent, files, assist);
    refs = new RefUpdates(repository);
  }

  /// Merges an agent's work; waits for its turn.
  ///
  /// @param branch names the agent in the merge's message
  /// @param tip the agent's last commit
  /// @param base the commit its worktree was made from
  /// @param changed paths its commits touch, at least
  /// @throws GitException if git fails for another reason than a conflict
  public Outcome merge(String branch, String tip, String base, List<String> changed) {
    turn.lock();
    try {
      open();
      Outcome outcome = mergeNow(branch, tip, base, changed);
      if (outcome instanceof Outcome.Merged) {
        merged.add(tip);
        repository.forgetDescent(tip);
      }
      return outcome;
    } finally {
      turn.unlock();
    }
  }

  /// Before the first merge: what a killed run left is put in order, and the worktree's local
  /// changes are looked up once.
  private LocalChanges open() {
    LocalChanges present = local;
    if (present == null) {
      files.recover(refs, _ -> {}); // told already, when the session was restored
      GitDir gitDir = files.gitDir();
      if (gitDir.has("MERGE_HEAD")) {
        git().run("merge", "--abort");
      }
      if (repository.head(gitDir).branch().filter(parent.branch()::equals).isEmpty()) {
        throw GitException.offItsBranch(parent.path(), parent.branch());
      }
      present = localChanges();
      local = present;
    }
    return present;
  }

  /// Staged leftovers make git refuse every merge in a worktree; ours could go on, but then they
  /// would be in the way of bringing the index up to date.
  private LocalChanges localChanges() {
    List<String> lines = files.uncommitted();
    if (lines.stream().anyMatch(line -> line.charAt(0) != ' ' && line.charAt(0) != '?')) {
      git().run("reset", "-q");
      lines = files.uncommitted();
    }
    return new LocalChanges(lines.stream().map(line -> line.substring(3)).toList());
  }

  private Outcome mergeNow(String branch, String tip, String base, List<String> changed) {
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      String head = tip();
      if (alreadyIn(head, tip, base)) {
        return new Outcome.Merged(head, false);
      }
      Optional<Outcome> outcome =
          inObjectStore
              ? mergeInObjectStore(head, branch, tip, base, changed)
              : Optional.of(mergeInWorktree(branch, tip));
      if (outcome.isPresent()) {
        return outcome.get();
      }
    }
    throw GitException.refusedUpdate(parent.branch() + " kept moving while it was merged into");
  }

  /// Asks git only about tips that another run made: what this run saw grow from `base` and has not
  /// merged cannot be in yet, except through [#nothingNew].
  private boolean alreadyIn(String head, String tip, String base) {
    return tip.equals(head)
        || merged.contains(tip)
        || (!seenGrowing(tip, base) && repository.isAncestor(tip, head));
  }

  private boolean seenGrowing(String tip, String base) {
    return repository.descent(tip).filter(descent -> descent.base().equals(base)).isPresent();
  }

  /// @return empty if the branch has moved meanwhile
  private Optional<Outcome> mergeInObjectStore(
      String head, String branch, String tip, String base, List<String> changed) {
    String tree;
    if (head.equals(base) && seenGrowing(tip, base)) {
      tree = repository.descent(tip).orElseThrow().tree(); // nothing was merged in between
    } else {
      MergeTree result = MergeTree.of(git(), head, tip);
      if (!result.clean()) {
        return Optional.of(unmerged(branch, tip, result.conflicts(), "conflicts in"));
      }
      tree = result.tree();
      if (nothingNew(head, tip, tree)) {
        return Optional.of(new Outcome.Merged(head, false));
      }
    }
    List<String> inTheWay = overwritten(head, tree, changed);
    if (!inTheWay.isEmpty()) {
      return Optional.of(unmerged(branch, tip, inTheWay, "would overwrite local changes in"));
    }
    String commit = repository.commits().create(tree, List.of(head, tip), "Merge agent " + branch);
    if (!files.advance(refs, head, commit) || !arrived(commit)) {
      return Optional.empty();
    }
    known = new KnownTree(commit, tree);
    return Optional.of(new Outcome.Merged(commit, false));
  }

  /// Trusts what stands in the repository, not what was answered.
  private boolean arrived(String commit) {
    return tip().equals(commit) || contains(commit);
  }

  private boolean nothingNew(String head, String tip, String tree) {
    KnownTree of = known;
    if (of == null || !of.commit().equals(head)) {
      of = new KnownTree(head, repository.commits().treeOf(head));
      known = of;
    }
    return of.tree().equals(tree) && repository.isAncestor(tip, head);
  }

  private List<String> overwritten(String head, String tree, List<String> changed) {
    LocalChanges changes = open();
    // The agent's list is at hand; git is asked only if it touches something local.
    return changes.among(parent.path(), changed).isEmpty()
        ? List.of()
        : changes.among(parent.path(), files.changedPaths(head, tree));
  }

  private Outcome mergeInWorktree(String branch, String tip) {
    Git git = git().asWork().with(repository.commits().identity());
    CheckoutMerge result = CheckoutMerge.of(git, files.gitDir(), "Merge agent " + branch, tip);
    return result.merged()
        ? new Outcome.Merged(tip(), false)
        : unmerged(branch, tip, result.paths(), "was refused because of");
  }

  private Outcome unmerged(String branch, String tip, List<String> paths, String why) {
    files.catchUp(refs);
    Optional<String> resolved = assisted.resolve(branch, tip, null);
    if (resolved.isPresent()) {
      local = localChanges();
      return new Outcome.Merged(resolved.get(), true);
    }
    return new Outcome.Conflict(
        paths,
        "Merge of %s into %s %s: %s"
            .formatted(branch, parent.branch(), why, String.join(", ", paths)));
  }

  /// Where the session's branch stands; costs no process.
  public String tip() {
    return files.tip();
  }

  /// Whether a commit is reachable from the session's branch.
  public boolean contains(String commit) {
    return repository.isAncestor(commit, tip());
  }

  /// Brings index and files of the session's worktree to its branch's tip. Local changes stay.
  ///
  /// @throws GitException naming local changes that are in the way; then nothing was changed
  public void catchUp() {
    turn.lock();
    try {
      files.catchUp(refs);
      local = null; // steps may run there now
    } finally {
      turn.unlock();
    }
  }

  /// Brings the worktree up to date and ends.
  @Override
  public void close() {
    turn.lock();
    try {
      files.catchUp(refs);
    } finally {
      refs.close();
      turn.unlock();
    }
  }

  private Git git() {
    return Git.inWorktree(parent.path());
  }
}
