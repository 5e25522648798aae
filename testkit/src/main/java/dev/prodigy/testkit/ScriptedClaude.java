package dev.prodigy.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An executable `claude` that answers by rules, speaks the real stream format and remembers how it
/// was called. Rules are tried in the order they were given; without a match a prompt `/name` is an
/// unknown command and any other prompt is answered with [RecordedStream#SUCCESS].
public final class ScriptedClaude {
  private final Path home;
  private int rules;

  private ScriptedClaude(Path home) {
    this.home = home;
  }

  /// Writes `claude` into a directory to be put on `PATH`.
  public static ScriptedClaude install(Path directory) {
    return attempt(
        () -> {
          Path home = directory.toAbsolutePath().resolve("scripted-claude");
          Files.createDirectories(home.resolve("rules"));
          Files.createDirectories(home.resolve("calls"));
          for (var stream : List.of("success.jsonl", "unknown-command.jsonl")) {
            Files.writeString(home.resolve(stream), RecordedStream.resource(stream));
          }
          Path script = directory.toAbsolutePath().resolve("claude");
          String text = RecordedStream.resource("claude.sh");
          Files.writeString(script, text.replace("@HOME@", home.toString().replace("'", "'\\''")));
          Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwxr-xr-x"));
          return new ScriptedClaude(home);
        });
  }

  /// The executable, for those who name it instead of searching `PATH`.
  public Path binary() {
    return home.resolveSibling("claude");
  }

  /// `PATH` with the script first.
  public String path() {
    return home.getParent() + ":" + System.getenv().getOrDefault("PATH", "/usr/bin:/bin");
  }

  /// What to do for prompts in which a line contains this extended regular expression.
  public Rule on(String promptPattern) {
    return new Rule(promptPattern);
  }

  /// Every call so far except `--version`, oldest first.
  public List<Call> calls() {
    return attempt(
        () -> {
          try (var found = Files.list(home.resolve("calls"))) {
            return found
                .filter(call -> !call.getFileName().toString().endsWith(".new"))
                .sorted(Comparator.comparing(ScriptedClaude::madeAt))
                .map(ScriptedClaude::read)
                .toList();
          }
        });
  }

  /// @param argv without the program
  public record Call(List<String> argv, String prompt, Path cwd, Map<String, String> environment) {
    public Call {
      argv = List.copyOf(argv);
      environment = Map.copyOf(environment);
    }
  }

  /// A reply being described; [#install] makes it count.
  public final class Rule {
    private final String prompt;
    private List<String> before = List.of();
    private List<String> after = RecordedStream.SUCCESS.lines();
    private String run = "";
    private String stderr = "";
    private int exitCode;

    private Rule(String prompt) {
      this.prompt = prompt;
    }

    /// Prints a recorded stream and ends with its exit code.
    public Rule replay(RecordedStream stream) {
      exitCode = stream.exitCode();
      return print(stream.lines());
    }

    /// Succeeds with this answer.
    public Rule answer(String text) {
      return print(RecordedStream.SUCCESS.answering(text));
    }

    public Rule print(List<String> lines) {
      after = List.copyOf(lines);
      return this;
    }

    /// Printed before [#run]'s commands, for streams that stop half way.
    public Rule printFirst(List<String> lines) {
      before = List.copyOf(lines);
      return this;
    }

    /// Shell commands executed in the working directory, such as editing and committing a file;
    /// `$prompt` is not available there, the environment is.
    public Rule run(String commands) {
      run = commands;
      return this;
    }

    public Rule stderr(String text) {
      stderr = text;
      return this;
    }

    public Rule exit(int code) {
      exitCode = code;
      return this;
    }

    public void install() {
      attempt(
          () -> {
            Path rule = home.resolve("rules").resolve("%04d".formatted(rules++));
            Path making = home.resolve(rule.getFileName() + ".new");
            Files.createDirectories(making);
            Files.writeString(making.resolve("prompt"), prompt + "\n");
            Files.write(making.resolve("before"), before);
            Files.write(making.resolve("after"), after);
            Files.writeString(making.resolve("exit"), exitCode + "\n");
            if (!run.isEmpty()) {
              Files.writeString(making.resolve("run"), run + "\n");
            }
            if (!stderr.isEmpty()) {
              Files.writeString(making.resolve("stderr"), stderr);
            }
            return Files.move(making, rule);
          });
    }
  }

  private static Call read(Path call) {
    return attempt(
        () -> {
          var environment = new LinkedHashMap<String, String>();
          for (String entry : nulSeparated(call.resolve("env"))) {
            int equals = entry.indexOf('=');
            environment.put(entry.substring(0, equals), entry.substring(equals + 1));
          }
          return new Call(
              nulSeparated(call.resolve("argv")),
              Files.readString(call.resolve("prompt")),
              Path.of(Files.readString(call.resolve("cwd")).strip()),
              environment);
        });
  }

  private static List<String> nulSeparated(Path file) throws IOException {
    String text = Files.readString(file, StandardCharsets.UTF_8);
    return text.isEmpty()
        ? List.of()
        : Arrays.asList(text.substring(0, text.length() - 1).split("\0", -1));
  }

  private static FileTime madeAt(Path call) {
    return attempt(() -> Files.getLastModifiedTime(call.resolve("argv")));
  }

  private interface Attempt<T> {
    T get() throws IOException;
  }

  private static <T> T attempt(Attempt<T> attempt) {
    try {
      return attempt.get();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
