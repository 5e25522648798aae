package dev.prodigy.engine;

import dev.prodigy.agent.CommandResult;
import dev.prodigy.agent.CommandSpec;
import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.engine.StepOutcome.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// What a step's checks must know of the worktree it runs in, and the commit made in its name.
/// Reads with NUL-separated output, so that no file name or subject can be misread.
final class GitState {
  private final ProcessRunner processes;
  private final Path worktree;
  private final Map<String, String> environment;

  GitState(ProcessRunner processes, Path worktree, Map<String, String> environment) {
    this.processes = processes;
    this.worktree = worktree;
    this.environment = environment;
  }

  /// Empty before the first commit.
  Optional<String> head() {
    var asked = git("rev-parse", "-q", "--verify", "HEAD^{commit}");
    return asked.succeeded() ? Optional.of(asked.stdout().strip()) : Optional.empty();
  }

  /// Whether commits were made: reset to or checkout of an older one does not count.
  boolean hasNew(Optional<String> before, Optional<String> after) {
    if (after.isEmpty() || before.equals(after)) {
      return false;
    }
    return before.isEmpty()
        || !must("rev-list", "-n", "1", before.get() + ".." + after.get()).stdout().isBlank();
  }

  /// Changed and untracked paths, ignored ones left out.
  List<String> uncommitted() {
    var paths = new ArrayList<String>();
    var entries = must("status", "--porcelain", "-z").stdout().split("\0", -1);
    for (int i = 0; i < entries.length; i++) {
      String entry = entries[i];
      if (entry.length() > 3) {
        paths.add(entry.substring(3));
        if (entry.charAt(0) == 'R' || entry.charAt(0) == 'C') {
          i++; // the old path follows as an entry of its own
        }
      }
    }
    return paths;
  }

  void commitAll(String message) {
    must("add", "-A");
    must("commit", "-q", "-m", message);
  }

  CommandResult must(String... arguments) {
    CommandResult done = git(arguments);
    if (!done.succeeded()) {
      throw new StepFault(
          Kind.COMMIT, "git %s failed: %s".formatted(arguments[0], done.stderr().strip()));
    }
    return done;
  }

  CommandResult git(String... arguments) {
    var argv = new ArrayList<String>();
    argv.add("git");
    argv.addAll(List.of(arguments));
    return processes.run(CommandSpec.of(argv, worktree, environment));
  }
}
