package dev.prodigy.engine;

import dev.prodigy.agent.CommandResult;
import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.workflow.CommitConfig;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.expression.BoundedRegex;
import dev.prodigy.workflow.expression.Glob;
import dev.prodigy.workflow.expression.Rendering;
import dev.prodigy.workflow.expression.Template;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Sees to it that a step that must commit has committed. Looks at the repository only for such
/// steps: for all others it costs nothing.
final class Commits {
  private static final int SHOWN_PATHS = 10;

  private final Step step;
  private final CommitConfig config;
  private final boolean wanted;
  private final boolean checked;
  private final boolean automatic;
  private final GitState git;
  private final Optional<String> before;

  /// Remembers where the worktree stands before the command's first run.
  ///
  /// @param agentLeavesIt whether the step is one of an agent that leaves committing to us
  Commits(Step step, StepScope scope, GitState git, boolean agentLeavesIt) {
    this.step = step;
    this.git = git;
    config = step.commitConfig();
    checked = step.commitRequired() && scope.commitValidation();
    automatic = step.autoCommit() || (agentLeavesIt && checked);
    wanted = checked || automatic;
    before = wanted || !step.checks().outputs().isEmpty() ? git.head() : Optional.empty();
  }

  /// Where the worktree stood, if anything here needs to know.
  Optional<String> before() {
    return before;
  }

  /// @return the execution, or its failure if a commit was required and there is none
  Execution check(Execution done, Invocation call) {
    if (!wanted) {
      return done;
    }
    if (automatic && !git.uncommitted().isEmpty()) {
      if (call.scope().autoCommit()) {
        commit(call);
      } else {
        call.observer().note("auto_commit is off in the configuration: changes stay uncommitted");
      }
    }
    if (!checked || git.hasNew(before, git.head())) {
      return done;
    }
    return done.butFailed(Kind.COMMIT, missing(done));
  }

  /// Nothing is staged before everything that can be refused was refused.
  private void commit(Invocation call) {
    String message = message(call);
    var options = new ArrayList<>(List.of("commit", "-q", "-m", message));
    Template author = config.author();
    if (author != null) {
      options.add("--author=" + call.render(author));
    }
    if (config.everything()) {
      git.must("add", "-A");
      commit(options, null, call);
      return;
    }
    List<String> chosen =
        git.status().stream().map(GitState.Entry::path).filter(this::isChosen).toList();
    if (chosen.isEmpty()) {
      throw new StepFault(Kind.COMMIT, "No files match the specified patterns");
    }
    String paths = String.join("\0", chosen);
    List<String> listed = List.of("--pathspec-from-file=-", "--pathspec-file-nul");
    var add = new ArrayList<>(List.of("--literal-pathspecs", "add", "-A"));
    add.addAll(listed);
    git.mustReading(paths, add);
    options.addFirst("--literal-pathspecs");
    options.addAll(listed);
    commit(options, paths, call);
  }

  private void commit(List<String> options, @Nullable String paths, Invocation call) {
    if (config.sign()) {
      var signed = new ArrayList<>(options);
      signed.add("-S");
      CommandResult done = git.gitReading(paths, signed);
      if (done.succeeded()) {
        return;
      }
      call.observer()
          .warning("commit is not signed: " + FailureText.firstLine(done.stderr().strip()));
      options.add("--no-gpg-sign");
    }
    git.mustReading(paths, options);
  }

  private boolean isChosen(String path) {
    return (config.include().isEmpty() || matches(config.include(), path))
        && !matches(config.exclude(), path);
  }

  private static boolean matches(List<String> patterns, String path) {
    return patterns.stream()
        .flatMap(pattern -> Glob.list(pattern).stream())
        .anyMatch(glob -> glob.matches(path));
  }

  private String message(Invocation call) {
    Template template = config.message();
    String text = template == null ? "Auto-commit: " + step.display() : call.render(template);
    Pattern pattern = config.messagePattern();
    if (pattern != null
        && !BoundedRegex.finds(pattern, pattern.pattern(), text, Rendering.plain())) {
      throw new StepFault(
          Kind.COMMIT, "Commit message '%s' does not match %s".formatted(text, pattern));
    }
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
