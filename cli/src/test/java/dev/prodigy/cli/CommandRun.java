package dev.prodigy.cli;

import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Signals;
import dev.prodigy.cli.terminal.Terminals;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// Runs command lines within the test's process: `CommandRun.in(dir).env("A", "b").run("events",
/// "ls")`.
public final class CommandRun {

  /// What came of one command line.
  public record Result(int code, String out, String err) {}

  private final Path directory;
  private final Map<String, String> env = new HashMap<>();
  private Terminals terminals = Terminals.NONE;
  private String input = "";
  private Command program = CommandTree.program();

  private CommandRun(Path directory) {
    this.directory = directory;
  }

  /// With a home directory, and so a store, of its own.
  public static CommandRun in(Path directory) {
    return new CommandRun(directory).env("HOME", directory.resolve("home").toString());
  }

  public CommandRun env(String name, String value) {
    env.put(name, value);
    return this;
  }

  /// As if all streams were a terminal, where this is typed.
  public CommandRun typing(String text) {
    terminals = Terminals.ALL;
    input = text;
    return env("NO_COLOR", "1");
  }

  /// With other commands than ours.
  public CommandRun commands(Command program) {
    this.program = program;
    return this;
  }

  public Result run(String... args) {
    var out = new ByteArrayOutputStream();
    var err = new ByteArrayOutputStream();
    var surroundings =
        new Surroundings(
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            out,
            err,
            terminals,
            Map.copyOf(env),
            directory,
            Signals.onlyRaised(
                code -> {
                  throw new IllegalStateException("halt " + code);
                }));
    int code = Prodigy.main(surroundings, program, args);
    return new Result(
        code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
