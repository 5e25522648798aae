package dev.prodigy.git;

import dev.prodigy.git.RefUpdates.Change;
import dev.prodigy.git.Repository.Checkout;
import dev.prodigy.model.ErrorCode;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/// Brings a session's branch into the branch it came from, always as a merge commit.
///
/// The merge is built in the object store and lands as a whole: by a fast-forward where the target
/// is checked out, which git refuses before it changes anything if a local change is in the way,
/// else by moving the reference. Nothing is ever stashed, reset or checked out in a working copy of
/// the user's. Conflicts are resolved in the session's worktree only.
public final class FinalMerge {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int TRIES = 3;

  private final Repository repository;
  private final WorktreeRegistry registry;
  private final MergeAssist assist;
  private final boolean inObjectStore;

  /// How it ended.
  public sealed interface Outcome {

    /// Everything on the session's branch is in the target already.
    record NothingToMerge() implements Outcome {}

    /// @param commit the merge commit, now the target's tip
    record Landed(String commit, String target) implements Outcome {}

    /// @param instructions what the user can do, in lines
    record Conflict(List<String> paths, String instructions) implements Outcome {
      public Conflict {
        paths = List.copyOf(paths);
      }
    }

    /// The target is not in a state to merge into; nothing was changed.
    record Refused(String message, String hint) implements Outcome {}
  }

  /// What building the merge commit came to.
  private sealed interface Built {
    record Commit(String id) implements Built {}

    record Conflicting(List<String> paths) implements Built {}
  }

  FinalMerge(
      Repository repository, WorktreeRegistry registry, MergeAssist assist, boolean inObjectStore) {
    this.repository = repository;
    this.registry = registry;
    this.assist = assist;
    this.inObjectStore = inObjectStore;
  }

  /// Merges, waiting up to 60 s for another merge in the same repository.
  ///
  /// @param target a local branch
  public Outcome merge(Worktree worktree, String target) {
    try (var _ = RepositoryLock.acquire(registry.metadata().resolve(".merge.lock"), PATIENCE)) {
      return underLock(worktree, target);
    } catch (GitException e) {
      if (e.code() == ErrorCode.STORAGE_LOCK_BUSY) {
        return refused(e.message(), worktree);
      }
      throw e;
    }
  }

  private Outcome underLock(Worktree worktree, String target) {
    var files = new SessionFiles(repository, worktree);
    boolean mayAsk = true;
    for (int attempt = 1; attempt <= TRIES; attempt++) {
      Optional<String> targetTip = repository.branchTip(target);
      if (targetTip.isEmpty()) {
        return new Outcome.Refused(
            "Merge target %s does not exist".formatted(target),
            "prodigy worktree merge %s --target <branch>".formatted(worktree.name()));
      }
      String tip = files.tip();
      if (repository.isAncestor(tip, targetTip.get())) {
        return new Outcome.NothingToMerge();
      }
      List<Checkout> places = repository.checkoutsOf(target);
      Optional<Outcome> busy = operationUnderWay(places, worktree, target);
      if (busy.isPresent()) {
        return busy.get();
      }
      switch (build(worktree, target, targetTip.get(), tip)) {
        case Built.Conflicting(List<String> paths) -> {
          if (!mayAsk || !resolveInSession(worktree, files, target, targetTip.get())) {
            return conflict(worktree, target, paths);
          }
          mayAsk = false;
          attempt--; // the target has not moved
        }
        case Built.Commit(String commit) -> {
          Optional<Outcome> end =
              land(commit, target, targetTip.get(), places, worktree, files.tip());
          if (end.isPresent()) {
            return end.get();
          }
        }
      }
    }
    return refused("Branch %s kept moving while it was merged into".formatted(target), worktree);
  }

  private Optional<Outcome> operationUnderWay(
      List<Checkout> places, Worktree worktree, String target) {
    for (Checkout place : places) {
      Optional<String> operation = place.gitDir().operation();
      if (operation.isPresent()) {
        return Optional.of(
            refused(
                "A %s of %s is under way in %s: finish or abort it first"
                    .formatted(operation.get(), target, place.root()),
                worktree));
      }
    }
    return Optional.empty();
  }

  private Built build(Worktree worktree, String target, String targetTip, String tip) {
    String message = "Merge worktree '%s' into %s".formatted(worktree.branch(), target);
    if (!inObjectStore) {
      return buildInCheckout(targetTip, tip, message);
    }
    MergeTree result = MergeTree.of(repository.git(), targetTip, tip);
    return result.clean()
        ? new Built.Commit(
            repository.commits().create(result.tree(), List.of(targetTip, tip), message))
        : new Built.Conflicting(result.conflicts());
  }

  /// For an old git: a worktree made for this one merge.
  private Built buildInCheckout(String targetTip, String tip, String message) {
    try (var scratch = ScratchWorktree.at(repository, registry, targetTip)) {
      Git git = Git.inWorktree(scratch.path()).asWork().with(repository.commits().identity());
      CheckoutMerge result = CheckoutMerge.of(git, scratch.gitDir(), message, tip);
      return result.merged()
          ? new Built.Commit(
              Optional.ofNullable(repository.head(scratch.gitDir()).commit()).orElseThrow())
          : new Built.Conflicting(result.paths());
    }
  }

  private boolean resolveInSession(
      Worktree worktree, SessionFiles files, String target, String targetTip) {
    if (!assist.available()) {
      return false;
    }
    try (var refs = new RefUpdates(repository)) {
      files.recover(refs, _ -> {});
    }
    return new AssistedMerge(repository, worktree, files, assist)
        .resolve(target, targetTip, worktree.branch())
        .isPresent();
  }

  /// @return empty if the target has moved meanwhile
  private Optional<Outcome> land(
      String commit,
      String target,
      String targetTip,
      List<Checkout> places,
      Worktree worktree,
      String tip) {
    Supplier<Optional<Outcome>> landed =
        () -> {
          String now = repository.branchTip(target).orElse(targetTip);
          return repository.isAncestor(tip, now)
              ? Optional.of(new Outcome.Landed(commit, target))
              : Optional.empty();
        };
    if (places.isEmpty()) {
      var move = new Change("refs/heads/" + target, commit, targetTip);
      return RefUpdates.once(repository, List.of(move)) ? landed.get() : Optional.empty();
    }
    Checkout place = places.getFirst();
    GitOutput output =
        Git.in(place.root())
            .asWork()
            .attempt(
                List.of(
                    "-c",
                    "merge.autoStash=false",
                    "merge",
                    "-q",
                    "--ff-only",
                    "--no-overwrite-ignore",
                    commit));
    if (output.succeeded() || repository.branchTip(target).filter(commit::equals).isPresent()) {
      return landed.get();
    }
    List<String> inTheWay = LocalChanges.namedIn(output.stderr());
    if (!inTheWay.isEmpty()) {
      return Optional.of(localChanges(place, inTheWay, worktree));
    }
    if (!repository.branchTip(target).filter(targetTip::equals).isPresent()) {
      return Optional.empty();
    }
    throw output.failure();
  }

  private static Outcome localChanges(Checkout place, List<String> files, Worktree worktree) {
    return refused(
        "Local changes in %s would be overwritten: %s. Commit or stash them"
            .formatted(place.root(), String.join(", ", files)),
        worktree);
  }

  private static Outcome refused(String message, Worktree worktree) {
    String again = "prodigy worktree merge " + worktree.name();
    return new Outcome.Refused(message + ", then: " + again, again);
  }

  private static Outcome conflict(Worktree worktree, String target, List<String> paths) {
    String instructions =
        """
        Conflicting files:
          %s
        Resolve them in the worktree:
          cd %s
          git merge %s
          (edit the files, git add, git commit)
          prodigy worktree merge %s"""
            .formatted(String.join("\n  ", paths), worktree.path(), target, worktree.name());
    return new Outcome.Conflict(paths, instructions);
  }
}
