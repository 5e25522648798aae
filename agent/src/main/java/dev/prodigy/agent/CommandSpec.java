package dev.prodigy.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What to run, where, with what, and how to end it.
///
/// @param argv program and arguments; a program without `/` is looked up on the `PATH` of
///   `environment`
/// @param environment the complete environment: nothing is inherited
/// @param stdin text for standard input; null is `/dev/null`
/// @param timeout of this one execution; null for none
/// @param grace between asking the processes to end and killing them
/// @param log gets all of stdout and stderr as it arrives, masked, mode 0600; made at the first
///   output, directories too; null for none
/// @param live gets each line as it arrives, masked; called from reader threads, stdout and stderr
///   concurrently
/// @param stop how the processes are asked to end
public record CommandSpec(
    List<String> argv,
    Path cwd,
    Map<String, String> environment,
    @Nullable String stdin,
    @Nullable Duration timeout,
    Duration grace,
    @Nullable Path log,
    SecretMasker masker,
    Consumer<OutputLine> live,
    StopStyle stop) {

  public static final Duration DEFAULT_GRACE = Duration.ofSeconds(5);

  private static final int LONGEST_PART = 30_000; // characters, of up to four bytes

  /// For nobody: lines are then not even assembled.
  public static final Consumer<OutputLine> NOBODY = _ -> {};

  public enum StopStyle {
    /// SIGTERM, grace, SIGKILL.
    TERMINATE,
    /// SIGINT, two seconds at most, SIGKILL: Claude cleans up its tools on SIGINT only.
    INTERRUPT
  }

  public CommandSpec {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("a command needs a program");
    }
  }

  /// True if someone wants the lines.
  boolean isWatched() {
    return !live.equals(NOBODY);
  }

  /// `sh -c text` without timeout, log or audience.
  public static CommandSpec shell(String text, Path cwd, Map<String, String> environment) {
    return of(List.of("/bin/sh", "-c", text), cwd, environment);
  }

  /// The same for a text that may hold secrets: everybody can read arguments, so such a text goes
  /// through the environment.
  public static CommandSpec shell(
      String text, Path cwd, Map<String, String> environment, SecretMasker masker) {
    if (!masker.hides(text)) {
      return shell(text, cwd, environment);
    }
    var more = new HashMap<>(environment);
    var names = new StringBuilder();
    var parts = new StringBuilder();
    for (int from = 0, i = 0; from < text.length(); from += LONGEST_PART, i++) {
      String name = "PRODIGY_SHELL_TEXT_" + i;
      more.put(name, text.substring(from, Math.min(text.length(), from + LONGEST_PART)));
      names.append(' ').append(name);
      parts.append("${").append(name).append('}');
    }
    return shell(
        "prodigy_shell_text=\"%s\"; unset%s; eval \"$prodigy_shell_text\"".formatted(parts, names),
        cwd,
        more);
  }

  public static CommandSpec of(List<String> argv, Path cwd, Map<String, String> environment) {
    return new CommandSpec(
        argv,
        cwd,
        environment,
        null,
        null,
        DEFAULT_GRACE,
        null,
        SecretMasker.NONE,
        NOBODY,
        StopStyle.TERMINATE);
  }

  /// Run by another program that takes the same arguments.
  public CommandSpec withProgram(String program) {
    var other = new ArrayList<>(argv);
    other.set(0, program);
    return new CommandSpec(other, cwd, environment, stdin, timeout, grace, log, masker, live, stop);
  }

  public CommandSpec withStdin(@Nullable String text) {
    return new CommandSpec(argv, cwd, environment, text, timeout, grace, log, masker, live, stop);
  }

  public CommandSpec withTimeout(@Nullable Duration limit) {
    return new CommandSpec(argv, cwd, environment, stdin, limit, grace, log, masker, live, stop);
  }

  public CommandSpec withGrace(Duration period) {
    return new CommandSpec(argv, cwd, environment, stdin, timeout, period, log, masker, live, stop);
  }

  public CommandSpec withLog(@Nullable Path file) {
    return new CommandSpec(argv, cwd, environment, stdin, timeout, grace, file, masker, live, stop);
  }

  public CommandSpec withMasker(SecretMasker secrets) {
    return new CommandSpec(argv, cwd, environment, stdin, timeout, grace, log, secrets, live, stop);
  }

  public CommandSpec withLive(Consumer<OutputLine> audience) {
    return new CommandSpec(
        argv, cwd, environment, stdin, timeout, grace, log, masker, audience, stop);
  }

  public CommandSpec withStop(StopStyle style) {
    return new CommandSpec(argv, cwd, environment, stdin, timeout, grace, log, masker, live, style);
  }
}
