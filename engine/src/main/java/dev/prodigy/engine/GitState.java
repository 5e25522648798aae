package dev.prodigy.engine;

import dev.prodigy.agent.CommandResult;
import dev.prodigy.agent.CommandSpec;
import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.engine.StepOutcome.Kind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What a step's checks must know of the worktree it runs in, and the commit made in its name.
/// Reads with NUL-separated output, so that no file name or subject can be misread.
final class GitState {
  /// What older versions of ours keep in a checkout.
  private static final List<String> OUR_FILES =
      List.of(".prodigy/session_state.json", ".prodigy/events/", ".prodigy/dlq/");

  private final ProcessRunner processes;
  private final Path worktree;
  private final Map<String, String> environment;

  GitState(ProcessRunner processes, Path worktree, Map<String, String> environment) {
    this.processes = processes;
    this.worktree = worktree;
    this.environment = environment;
  }

  /// An uncommitted change; its path is relative to the repository's root.
  ///
  /// @param code of `git status --porcelain`: index, then files
  record Entry(String code, String path) {
    boolean deleted() {
      return code.endsWith("D") || code.equals("D ");
    }

    boolean added() {
      return code.equals("??") || code.startsWith("A");
    }

    boolean untracked() {
      return code.equals("??");
    }

    boolean staged() {
      return " ?!".indexOf(code.charAt(0)) < 0;
    }

    boolean unstaged() {
      return " ?!".indexOf(code.charAt(1)) < 0;
    }
  }

  /// A difference between two commits.
  record FileDiff(char status, String path, long insertions, long deletions) {}

  Path worktree() {
    return worktree;
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
    return status(must("status", "--porcelain", "--no-renames", "-z")).stream()
        .map(Entry::path)
        .toList();
  }

  /// Every single changed or untracked file, ours left out; a renamed one is deleted and added.
  /// Empty outside of a repository.
  List<Entry> status() {
    return status(git("status", "--porcelain", "--no-renames", "-uall", "-z"));
  }

  private static List<Entry> status(CommandResult asked) {
    var entries = new ArrayList<Entry>();
    for (String entry : asked.succeeded() ? asked.stdout().split("\0", -1) : new String[0]) {
      if (entry.length() > 3 && OUR_FILES.stream().noneMatch(entry.substring(3)::startsWith)) {
        entries.add(new Entry(entry.substring(0, 2), entry.substring(3)));
      }
    }
    return entries;
  }

  /// The files in which two trees differ.
  List<FileDiff> diff(String from, String to) {
    var asked = git("diff", "-z", "--no-renames", "--raw", "--numstat", from, to);
    var status = new HashMap<String, Character>();
    var files = new ArrayList<FileDiff>();
    String[] parts = asked.succeeded() ? asked.stdout().split("\0", -1) : new String[0];
    for (int i = 0; i < parts.length; i++) {
      if (parts[i].startsWith(":") && i + 1 < parts.length) { // the path follows
        String fields = parts[i];
        status.put(parts[++i], fields.charAt(fields.lastIndexOf(' ') + 1));
      } else {
        String[] columns = parts[i].split("\t", 3);
        if (columns.length == 3) {
          char letter = status.getOrDefault(columns[2], 'M');
          files.add(new FileDiff(letter, columns[2], lines(columns[0]), lines(columns[1])));
        }
      }
    }
    return files;
  }

  /// Binary files count as `-`.
  private static long lines(String column) {
    return column.equals("-") ? 0 : Long.parseLong(column);
  }

  CommandResult must(String... arguments) {
    return mustReading(null, List.of(arguments));
  }

  CommandResult git(String... arguments) {
    return gitReading(null, List.of(arguments));
  }

  /// @param stdin text for standard input
  CommandResult mustReading(@Nullable String stdin, List<String> arguments) {
    CommandResult done = gitReading(stdin, arguments);
    if (!done.succeeded()) {
      String command =
          arguments.stream().filter(word -> !word.startsWith("-")).findFirst().orElse("");
      throw new StepFault(
          Kind.COMMIT, "git %s failed: %s".formatted(command, done.stderr().strip()));
    }
    return done;
  }

  /// @param stdin text for standard input
  CommandResult gitReading(@Nullable String stdin, List<String> arguments) {
    var argv = new ArrayList<String>();
    argv.add("git");
    argv.addAll(arguments);
    return processes.run(CommandSpec.of(argv, worktree, environment).withStdin(stdin));
  }
}
