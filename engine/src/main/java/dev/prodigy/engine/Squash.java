package dev.prodigy.engine;

import dev.prodigy.agent.CommandResult;
import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.Step;
import java.util.List;

/// Makes one commit of all that a run has committed, if a step's `commit_config` asks for it. Files
/// and index stay as they are: the new commit has the same tree.
final class Squash {
  private final RunContext run;
  private final GitState git;

  Squash(RunContext run) {
    this.run = run;
    git = new GitState(run.processes(), run.worktree().path(), run.environment().variables());
  }

  static boolean wanted(List<Step> steps) {
    return steps.stream()
        .anyMatch(
            step ->
                step.commitConfig().squash()
                    || (step.command() instanceof Command.Foreach foreach
                        && wanted(foreach.steps())));
  }

  /// Commits that cannot be squashed stay as they are, with a warning.
  void squash(String workflow) {
    String start = line(git.git("merge-base", "HEAD", run.origin().baseCommit()));
    String head = git.head().orElse("");
    String count = line(git.git("rev-list", "--count", start + "..HEAD"));
    if (start.isEmpty() || count.isEmpty() || Integer.parseInt(count) < 2) {
      return;
    }
    String message = "Squashed %s workflow commits from %s".formatted(count, workflow);
    String commit = line(git.git("commit-tree", "HEAD^{tree}", "-p", start, "-m", message));
    boolean done =
        !commit.isEmpty()
            && git.git("update-ref", "-m", "prodigy: squash", "HEAD", commit, head).succeeded();
    if (done) {
      run.reporter().info(message);
    } else {
      run.reporter().warning("The run's commits could not be squashed and stay as they are");
    }
  }

  private static String line(CommandResult done) {
    return done.succeeded() ? done.stdout().strip() : "";
  }
}
