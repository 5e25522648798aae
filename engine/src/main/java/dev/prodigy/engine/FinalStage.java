package dev.prodigy.engine;

import dev.prodigy.git.FinalMerge;
import dev.prodigy.git.GitException;
import dev.prodigy.git.Worktree;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.WorktreeRecord;
import dev.prodigy.storage.StorageException;
import dev.prodigy.workflow.MergeBlock;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.expression.Variables;
import java.nio.file.Files;
import java.util.List;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// What follows a run that ended well: its work goes back to where it came from, if that is wanted,
/// and the worktree goes away. Nothing here can lose the work: whatever fails, worktree and branch
/// stay.
public final class FinalStage {
  private static final int SHOWN_PATHS = 10;

  public enum Result {
    MERGED,
    NOTHING_TO_MERGE,
    /// The user said no.
    DECLINED,
    /// There was nobody to ask.
    NOT_ASKED,
    FAILED
  }

  private final RunContext run;
  private final StepRunner steps;
  private final Worktree worktree;

  public FinalStage(RunContext run, StepRunner steps) {
    this.run = run;
    this.steps = steps;
    worktree = run.worktree();
  }

  /// @param variables what merge steps may use; what they capture goes there, too
  public Result finish(Variables variables) {
    return ended(() -> decide(run.mergeTarget(), variables));
  }

  /// Merges without asking, by the workflow's own steps; those that succeeded before are over.
  Result mergeAgain(String target, Variables variables) {
    return ended(() -> merge(target, variables, true));
  }

  /// A completed session that still has an owner is one whose merge was cut off.
  private Result ended(Supplier<Result> ending) {
    Result result;
    try {
      restoreIfGone();
      result = unlessGone(ending);
    } catch (ProdigyException e) {
      result = failed(told(e));
    }
    run.update(session -> session.ownedBy(null));
    return result;
  }

  /// A worktree may be deleted at any moment; what was committed in it is still there. Merge steps
  /// of the workflow's own are not repeated: nobody knows what they have done already.
  private Result unlessGone(Supplier<Result> ending) {
    try {
      return ending.get();
    } catch (GitException e) {
      if (Files.isDirectory(worktree.path()) || run.workflow().merge() != null) {
        throw e;
      }
      restoreIfGone();
      return ending.get();
    }
  }

  private void restoreIfGone() {
    if (!Files.isDirectory(worktree.path())) {
      run.worktrees().restore(worktree.name(), null, run.reporter()::info);
    }
  }

  private static String told(ProdigyException e) {
    String why = e.why();
    return why == null ? e.message() : e.message() + ": " + why;
  }

  private Result decide(String target, Variables variables) {
    if (run.worktrees().commitsAhead(worktree, target) == 0) {
      run.reporter()
          .info("No new commits in worktree '%s', skipping merge".formatted(worktree.name()));
      return merged(target, null, Result.NOTHING_TO_MERGE);
    }
    warnOfUncommitted();
    return switch (answer(target)) {
      case YES -> merge(target, variables, false);
      case NO -> kept(WorktreeRecord.Status.ABANDONED, Result.DECLINED);
      case NOBODY -> kept(WorktreeRecord.Status.COMPLETED, Result.NOT_ASKED);
    };
  }

  private MergeDecision.Answer answer(String target) {
    return run.request().flag("PRODIGY_TEST_MODE")
        ? MergeDecision.Answer.NO
        : run.request().mergeDecision().ask(worktree.name(), target);
  }

  /// @param again whether some of the merge steps may be over already
  private Result merge(String target, Variables variables, boolean again) {
    MergeBlock block = run.workflow().merge();
    if (block != null) {
      return custom(block, target, variables, again);
    }
    var assist = new ClaudeMergeAssist(run);
    return switch (run.worktrees().finalMerge(assist).merge(worktree, target)) {
      case FinalMerge.Outcome.NothingToMerge _ -> merged(target, null, Result.NOTHING_TO_MERGE);
      case FinalMerge.Outcome.Landed(var commit, var into) -> merged(into, commit, Result.MERGED);
      case FinalMerge.Outcome.Conflict(var paths, var instructions) ->
          failed("Merge conflict in %s\n%s".formatted(String.join(", ", paths), instructions));
      case FinalMerge.Outcome.Refused(var message, var hint) -> failed(message + "\n" + hint);
    };
  }

  private Result custom(MergeBlock block, String target, Variables variables, boolean again) {
    var git = new GitState(run.processes(), worktree.path(), run.environment().variables());
    new MergeVariables(git, worktree, target, run.session()).publish(variables);
    var scope = run.scope(variables, "merge-");
    var limit = block.timeout();
    if (limit != null) {
      scope.deadline(
          Deadline.after(limit.resolve(run.environment().variables()::get), "merge.timeout"));
    }
    var progress = new MergeProgress(run);
    int before = again ? progress.read().map(MergeProgress.State::finished).orElse(0) : 0;
    int finished = before < block.steps().size() ? before : 0;
    if (finished == 0) {
      progress.save(0, variables);
    }
    StepsOutcome done =
        steps.runAll(
            block.steps(), scope.place("merge").build(), observer(progress, variables), finished);
    if (!done.success()) {
      String why = done.failed().map(StepOutcome::message).orElse("Merge interrupted");
      return failed(why);
    }
    String tip = run.worktrees().head(worktree);
    if (!contains(target, tip, git)) {
      return failed(
          "Merge steps finished but %s is not in %s".formatted(worktree.branch(), target));
    }
    return merged(target, run.repository().branchTip(target).orElse(null), Result.MERGED);
  }

  private StepObserver observer(MergeProgress progress, Variables variables) {
    return new ReportingObserver(run.reporter(), run.environment().masker()) {
      @Override
      public void finished(Step step, StepOutcome outcome) {
        if (!outcome.failed() && !outcome.stopped()) {
          progress.save(step.index() + 1, variables);
        }
      }
    };
  }

  /// A squash leaves no ancestry, but the same tree.
  private boolean contains(String target, String tip, GitState git) {
    return run.repository().isAncestor(tip, target)
        || git.git("diff", "--quiet", target, tip, "--").succeeded();
  }

  private Result merged(String target, @Nullable String commit, Result result) {
    if (result == Result.MERGED) {
      run.reporter().info("Merged %s into %s".formatted(worktree.branch(), target));
    }
    UnaryOperator<WorktreeRecord> merged = r -> r.mergedInto(target, commit, run.now());
    record(merged);
    cleanUp(merged);
    return result;
  }

  /// The work is where it belongs, whether or not that can be written down.
  private void record(UnaryOperator<WorktreeRecord> change) {
    try {
      run.updateWorktree(change);
    } catch (StorageException e) {
      run.reporter().warning("The record of the worktree was not written: " + told(e));
    }
  }

  /// Failing to tidy up never fails the run.
  private void cleanUp(UnaryOperator<WorktreeRecord> merged) {
    String wanted = run.request().processEnvironment().get("PRODIGY_AUTO_CLEANUP");
    if ("false".equalsIgnoreCase(wanted)) {
      return;
    }
    try {
      var removed = run.worktrees().remove(worktree.name(), false, run.reporter()::info);
      if (removed.done()) {
        record(r -> merged.apply(r).with(WorktreeRecord.Status.CLEANED_UP, run.now(), null));
      } else {
        run.reporter().warning("Worktree kept: " + removed.reason());
      }
    } catch (GitException e) {
      run.reporter().warning("Worktree kept: " + e.message());
    }
  }

  private Result kept(WorktreeRecord.Status status, Result result) {
    run.updateWorktree(record -> record.with(status, run.now(), null));
    run.reporter()
        .info(
            "Changes kept in %s; merge with: prodigy worktree merge %s"
                .formatted(worktree.path(), worktree.name()));
    return result;
  }

  private Result failed(String why) {
    String masked = run.environment().masker().mask(why);
    run.updateWorktree(record -> record.with(WorktreeRecord.Status.COMPLETED, run.now(), masked));
    run.reporter().warning(masked);
    run.reporter()
        .info(
            "Changes kept in %s; try again with: prodigy worktree merge %s"
                .formatted(worktree.path(), worktree.name()));
    return Result.FAILED;
  }

  private void warnOfUncommitted() {
    List<String> paths = run.worktrees().uncommitted(worktree);
    if (!paths.isEmpty()) {
      String more = paths.size() > SHOWN_PATHS ? ", ..." : "";
      run.reporter()
          .warning(
              "%d uncommitted files are not merged: %s%s"
                  .formatted(
                      paths.size(),
                      String.join(", ", paths.subList(0, Math.min(SHOWN_PATHS, paths.size()))),
                      more));
    }
  }
}
