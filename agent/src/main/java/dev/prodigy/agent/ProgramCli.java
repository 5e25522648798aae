package dev.prodigy.agent;

import dev.prodigy.agent.AgentAnswer.ErrorType;
import dev.prodigy.agent.ProcessRunner.Ending;
import dev.prodigy.model.AgentProgram;
import dev.prodigy.model.AgentProgram.PromptVia;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// An agent that is what its definition says. What it prints goes into the log line by line as it
/// arrives, masked.
final class ProgramCli implements AgentCli {
  private static final Duration CHECK_LIMIT = Duration.ofSeconds(10);

  /// Linux takes at most 128 KiB for one argument or variable.
  private static final int LONGEST_ARGUMENT_BYTES = 100 * 1024;

  private final ProcessRunner processes;
  private final Map<String, String> environment;
  private final AgentProgram program;
  private @Nullable Boolean available;

  /// @param environment where the program is looked up to ask whether it works
  ProgramCli(ProcessRunner processes, Map<String, String> environment, AgentProgram program) {
    this.processes = processes;
    this.environment = Map.copyOf(environment);
    this.program = program;
  }

  @Override
  public synchronized boolean available() {
    if (available != null) {
      return available;
    }
    if (program.command().contains("/") && !program.command().startsWith("/")) {
      available = true; // lies in the worktree, which need not be there yet
      return true;
    }
    if (program.health().isEmpty()) {
      available = Executables.present(program.command(), environment);
      return available;
    }
    var argv = Stream.concat(Stream.of(program.command()), program.health().stream()).toList();
    var command = CommandSpec.of(argv, Path.of("/"), ClaudeCli.passedOn(environment));
    try {
      CommandResult check = processes.run(command.withTimeout(CHECK_LIMIT));
      available = check.stopped() ? null : check.succeeded();
      return check.succeeded();
    } catch (AgentException _) {
      available = false; // not there, or not to be started: that is the answer
      return false;
    }
  }

  @Override
  public AgentAnswer run(AgentRequest request) {
    Optional<String> prompt =
        program.expandsCommands()
            ? CommandFiles.expand(request.prompt(), request.cwd(), request.environment())
            : Optional.of(request.prompt());
    if (prompt.isEmpty()) {
      return refused(
          request, ErrorType.UNKNOWN_COMMAND, "there is no such file in .claude/commands");
    }
    Optional<String> obstacle = obstacle(prompt.get(), request.masker());
    if (obstacle.isPresent()) {
      return refused(request, ErrorType.INPUT_REFUSED, obstacle.get());
    }
    Path file = program.promptVia() == PromptVia.FILE ? written(prompt.get()) : null;
    try {
      return new Run(request).execute(command(request, prompt.get(), file));
    } finally {
      delete(file);
    }
  }

  private Optional<String> obstacle(String prompt, SecretMasker masker) {
    boolean argument = program.promptVia() == PromptVia.ARG;
    boolean tooLong =
        (argument || program.promptVia() == PromptVia.ENV)
            && prompt.getBytes(StandardCharsets.UTF_8).length > LONGEST_ARGUMENT_BYTES;
    if (tooLong) {
      return Optional.of(
          "the prompt is too long for an argument: define the agent with `prompt_via: stdin` or"
              + " `file`");
    }
    return argument && masker.hides(prompt)
        ? Optional.of(
            "the prompt holds a secret, which everybody could see among the program's arguments:"
                + " define the agent with `prompt_via: stdin` or `file`")
        : Optional.empty();
  }

  private static Path written(String prompt) {
    try {
      Path file = Files.createTempFile("prodigy-prompt-", ".md"); // for its owner alone
      Files.writeString(file, prompt);
      return file;
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static void delete(@Nullable Path file) {
    if (file != null) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException _) {
        file.toFile().deleteOnExit(); // once more, later
      }
    }
  }

  private CommandSpec command(AgentRequest request, String prompt, @Nullable Path file) {
    var argv = new ArrayList<String>();
    argv.add(program.command());
    String model = request.model() == null ? program.model() : request.model();
    for (String arg : program.args()) {
      if (!arg.equals("{model_args}")) {
        argv.add(filled(arg, prompt, file, model));
      } else if (model != null) {
        program.modelArgs().forEach(each -> argv.add(filled(each, prompt, file, model)));
      }
    }
    argv.addAll(request.options());
    var told = new HashMap<>(ClaudeCli.passedOn(request.environment()));
    program.environment().forEach(told::putIfAbsent);
    if (program.promptVia() == PromptVia.ENV) {
      told.put("PRODIGY_PROMPT", prompt);
    }
    return CommandSpec.of(argv, request.cwd(), told)
        .withStdin(program.promptVia() == PromptVia.STDIN ? prompt : null)
        .withTimeout(request.timeout())
        .withGrace(request.grace())
        .withMasker(request.masker())
        .withLive(request.live());
  }

  /// What stands in the prompt is not looked at again.
  private static String filled(
      String arg, String prompt, @Nullable Path file, @Nullable String model) {
    int at = arg.indexOf("{prompt}");
    if (at >= 0) {
      return arg.substring(0, at) + prompt + arg.substring(at + "{prompt}".length());
    }
    String text = file == null ? arg : arg.replace("{prompt_file}", file.toString());
    return model == null ? text : text.replace("{model}", model);
  }

  private AgentAnswer refused(AgentRequest request, ErrorType type, String why) {
    return new AgentAnswer(
        false,
        1,
        "",
        message(request, why),
        type,
        false,
        false,
        null,
        null,
        Duration.ZERO,
        request.log());
  }

  private String message(AgentRequest request, String detail) {
    return request
        .masker()
        .mask(
            "Agent %s '%s' failed: %s\nLog: %s"
                .formatted(
                    program.name(),
                    ClaudeVerdict.shortened(request.prompt()),
                    detail,
                    request.log()));
  }

  /// One run.
  private final class Run {
    private final AgentRequest request;
    private final BoundedOutput stderr = new BoundedOutput();
    private final AgentStream stream;
    private final LogFile log;

    Run(AgentRequest request) {
      this.request = request;
      log = new LogFile(request.log(), ClaudeCli.LARGEST_LOG_BYTES, ClaudeCli.LOG_TRUNCATED);
      stream = AgentStream.of(program, request.masker(), request.events());
    }

    AgentAnswer execute(CommandSpec command) {
      try (log;
          var stderrLog = new LogFile(ClaudeCli.withEnding(request.log(), ".stderr"))) {
        log.create();
        var lines = new LineSplitter(ClaudeCli.LONGEST_LINE_BYTES, request.masker(), this::line);
        Ending ending =
            processes.execute(
                command,
                lines,
                ClaudeCli.stderrSink(command, request.masker(), stderr, stderrLog),
                new CompletableFuture<>());
        stream.end();
        return judged(ending);
      }
    }

    private void line(byte[] bytes, boolean whole, boolean last) {
      var line = whole ? ClaudeStream.read(bytes) : null;
      byte[] masked =
          ClaudeCli.masked(bytes, line == null ? null : line.json(), last, request.masker());
      log.append(masked, masked.length);
      String shown = new String(masked, StandardCharsets.UTF_8).stripTrailing();
      request.live().accept(new OutputLine(false, shown));
      if (line != null) {
        stream.accept(line);
      }
    }

    private AgentAnswer judged(Ending ending) {
      ErrorType type = type(ending);
      String detail =
          switch (type) {
            case NONE -> "";
            case STOPPED -> "stopped";
            case TIMEOUT ->
                Recording.timeoutMessage(
                    request.timeout() == null ? Duration.ZERO : request.timeout());
            default ->
                ClaudeVerdict.words(
                    stream.complaint(), stderr.text(), "exit code " + ending.exitCode());
          };
      return new AgentAnswer(
          type == ErrorType.NONE,
          ending.timedOut() ? Recording.EXIT_TIMED_OUT : ending.exitCode(),
          stream.output(),
          type == ErrorType.NONE ? "" : message(request, detail),
          type,
          ending.timedOut(),
          ending.stopped(),
          stream.sessionId(),
          stream.usage(),
          ending.duration(),
          request.log());
    }

    private ErrorType type(Ending ending) {
      if (ending.stopped()) {
        return ErrorType.STOPPED;
      }
      if (ending.timedOut()) {
        return ErrorType.TIMEOUT;
      }
      if (program.noRetry().contains(ending.exitCode())) {
        return ErrorType.INPUT_REFUSED;
      }
      if (stream.failed()) {
        return ErrorType.AGENT_ERROR;
      }
      return program.exitCodes().contains(ending.exitCode())
          ? ErrorType.NONE
          : ErrorType.COMMAND_FAILED;
    }
  }
}
