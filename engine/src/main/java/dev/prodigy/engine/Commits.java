package dev.prodigy.engine;

import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.expression.Template;
import java.util.List;
import java.util.Optional;

/// Sees to it that a step that must commit has committed. Looks at the repository only for such
/// steps: for all others it costs nothing.
final class Commits {
  private static final int SHOWN_PATHS = 10;

  private final Step step;
  private final boolean wanted;
  private final boolean checked;
  private final GitState git;
  private final Optional<String> before;

  /// Remembers where the worktree stands before the command's first run.
  Commits(Step step, StepScope scope, GitState git) {
    this.step = step;
    this.git = git;
    checked = step.commitRequired() && scope.commitValidation();
    wanted = checked || step.autoCommit();
    before = wanted ? git.head() : Optional.empty();
  }

  /// @return the execution, or its failure if a commit was required and there is none
  Execution check(Execution done, Invocation call) {
    if (!wanted) {
      return done;
    }
    if (step.autoCommit() && !git.uncommitted().isEmpty()) {
      git.commitAll(message(call));
    }
    if (!checked || git.hasNew(before, git.head())) {
      return done;
    }
    return done.butFailed(Kind.COMMIT, missing(done));
  }

  private String message(Invocation call) {
    Template template = step.commitMessage();
    String display = step.display();
    String text = template == null ? "Auto-commit: " + display : call.render(template);
    return call.scope().masker().mask(text);
  }

  private String missing(Execution done) {
    String display = step.display();
    var text = new StringBuilder();
    text.append(
        "Step '%s' has commit_required=true but no commits were created\n".formatted(display));
    text.append("No changes were committed by %s\n".formatted(display));
    text.append(uncommitted(git.uncommitted()));
    if (done.jsonLog() != null) {
      text.append("Log: ").append(done.jsonLog()).append('\n');
    }
    text.append("Set commit_required: false,");
    text.append(" or PRODIGY_NO_COMMIT_VALIDATION=true to skip this check");
    return text.toString();
  }

  private static String uncommitted(List<String> paths) {
    if (paths.isEmpty()) {
      return "There are no uncommitted changes\n";
    }
    var shown = paths.subList(0, Math.min(SHOWN_PATHS, paths.size()));
    String more =
        paths.size() > SHOWN_PATHS
            ? "\n  ... and %d more".formatted(paths.size() - SHOWN_PATHS)
            : "";
    return "Uncommitted changes:\n  " + String.join("\n  ", shown) + more + "\n";
  }
}
