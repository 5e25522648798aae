package dev.prodigy.engine;

import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.expression.Glob;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Finds the files a step says it puts out, among those it has committed or left uncommitted.
final class Outputs {
  private final GitState git;

  Outputs(GitState git) {
    this.git = git;
  }

  /// @param before where the worktree stood before the step
  /// @return the execution, or its failure if a file is missing
  Execution publish(Execution done, Step step, Optional<String> before, StepScope scope) {
    List<String> candidates = candidates(before);
    for (var output : step.checks().outputs().entrySet()) {
      Optional<String> found =
          candidates.stream().filter(path -> matches(output.getValue(), path)).findFirst();
      if (found.isEmpty()) {
        return done.butFailed(
            Kind.OUTPUTS, "No files found matching pattern '%s'".formatted(output.getValue()));
      }
      scope
          .variables()
          .set(step.id() + "." + output.getKey(), git.worktree().resolve(found.get()).toString());
    }
    return done;
  }

  /// Paths of the step's commits, newest first, then new uncommitted files.
  private List<String> candidates(Optional<String> before) {
    var paths = new ArrayList<String>();
    Optional<String> head = git.head();
    if (head.isPresent() && !head.equals(before)) {
      String range = before.map(commit -> commit + ".." + head.get()).orElse(head.get());
      String listed =
          git.must(
                  "log",
                  "-z",
                  "-m",
                  "--first-parent",
                  "--no-renames",
                  "--diff-filter=AM",
                  "--name-only",
                  "--format=",
                  range)
              .stdout();
      for (String path : listed.split("\0", -1)) {
        if (!path.isBlank()) {
          paths.add(path.strip());
        }
      }
    }
    git.status().stream()
        .filter(GitState.Entry::added)
        .map(GitState.Entry::path)
        .forEach(paths::add);
    return paths;
  }

  private static boolean matches(String pattern, String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    boolean glob = pattern.indexOf('*') >= 0 || pattern.indexOf('?') >= 0;
    return glob
        ? Glob.list(pattern).stream().anyMatch(one -> one.matches(path) || one.matches(name))
        : name.contains(pattern);
  }
}
