package dev.prodigy.agent;

import dev.prodigy.agent.AgentAnswer.ErrorType;
import dev.prodigy.agent.CommandSpec.StopStyle;
import dev.prodigy.agent.ProcessRunner.Ending;
import dev.prodigy.model.Json;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The `claude` command line tool (tried with Claude Code 2.1.197). Safe for any number of threads.
///
/// Claude's stream goes into the log line by line as it arrives, so that it can be followed and
/// survives our death. With `PRODIGY_CLAUDE_STREAMING=false`, or a Claude that knows no
/// `--output-format`, there is no stream: the log then ends in `.log` and holds what was printed.
public final class ClaudeCli implements AgentCli {
  private static final Duration CHECK_LIMIT = Duration.ofSeconds(10);

  /// Linux takes at most 128 KiB for one argument.
  private static final int LONGEST_ARGUMENT_BYTES = 100 * 1024;

  static final int LONGEST_LINE_BYTES = 16 * 1024 * 1024;
  static final long LARGEST_LOG_BYTES = 256L * 1024 * 1024;
  static final String LOG_TRUNCATED = "{\"type\":\"prodigy_truncated\"}\n";

  /// A nested Claude refuses to start with the first two; the others, which git sets in hooks, send
  /// the agent's git to another repository (`git rev-parse --local-env-vars`).
  private static final Set<String> NOT_PASSED_ON =
      Set.of(
          "CLAUDECODE",
          "CLAUDE_CODE_ENTRYPOINT",
          "GIT_ALTERNATE_OBJECT_DIRECTORIES",
          "GIT_COMMON_DIR",
          "GIT_CONFIG",
          "GIT_CONFIG_COUNT",
          "GIT_CONFIG_PARAMETERS",
          "GIT_DIR",
          "GIT_GRAFT_FILE",
          "GIT_IMPLICIT_WORK_TREE",
          "GIT_INDEX_FILE",
          "GIT_INTERNAL_SUPER_PREFIX",
          "GIT_NAMESPACE",
          "GIT_NO_REPLACE_OBJECTS",
          "GIT_OBJECT_DIRECTORY",
          "GIT_PREFIX",
          "GIT_REPLACE_REF_BASE",
          "GIT_SHALLOW_FILE",
          "GIT_WORK_TREE");

  private final ProcessRunner processes;
  private final Map<String, String> environment;
  private final ClaudeSettings settings;
  private @Nullable Boolean available;

  /// @param environment where `PRODIGY_CLAUDE_BIN`, `PATH` and `PRODIGY_CLAUDE_STREAMING` are
  ///   looked up if a request's own environment has them not
  public ClaudeCli(ProcessRunner processes, Map<String, String> environment) {
    this(processes, environment, ClaudeSettings.NONE);
  }

  public ClaudeCli(
      ProcessRunner processes, Map<String, String> environment, ClaudeSettings settings) {
    this.processes = processes;
    this.environment = Map.copyOf(environment);
    this.settings = settings;
  }

  /// True if `claude --version` succeeds within 10 s.
  @Override
  public synchronized boolean available() {
    if (available != null) {
      return available;
    }
    String binary = binary(environment.getOrDefault("PRODIGY_CLAUDE_BIN", "claude"));
    var command = CommandSpec.of(List.of(binary, "--version"), Path.of("/"), passedOn(environment));
    try {
      CommandResult check = processes.run(command.withTimeout(CHECK_LIMIT));
      available = check.stopped() ? null : check.succeeded();
      return check.succeeded();
    } catch (AgentException _) {
      available = false; // not there, or not to be started: that is the answer
      return false;
    }
  }

  /// Runs a prompt to its end, or until it times out or is stopped; then Claude gets SIGINT, at
  /// most two seconds, and is killed with all its tools. A login that fails stops it at once.
  ///
  /// @throws AgentException if Claude cannot be started
  @Override
  public AgentAnswer run(AgentRequest request) {
    String streaming = settings.streaming() ? "true" : "false";
    if (setting("PRODIGY_CLAUDE_STREAMING", request, streaming).equals("false")) {
      return print(request);
    }
    var run = new StreamRun(request);
    AgentAnswer result = run.execute();
    return run.rejectedFormat(result) ? printInstead(request) : result;
  }

  private AgentAnswer printInstead(AgentRequest request) {
    String warning = "warning: this claude knows no --output-format; running it without a stream";
    request.live().accept(new OutputLine(true, warning));
    return print(request);
  }

  private AgentAnswer print(AgentRequest request) {
    Path log = withEnding(request.log(), ".log");
    CommandResult ran =
        processes.run(
            command(request, List.of("--print", "--dangerously-skip-permissions"))
                .withLog(log)
                .withLive(request.live()));
    var ending = new Ending(ran.exitCode(), ran.timedOut(), ran.stopped(), ran.duration());
    var verdict = ClaudeVerdict.ofText(ending, ran.stdout(), ran.stderr(), limit(request));
    return result(request, ending, verdict, ran.stdout().stripTrailing(), null, null, log);
  }

  /// One run with a stream.
  private final class StreamRun {
    private final AgentRequest request;
    private final CompletableFuture<Boolean> loginFailed = new CompletableFuture<>();
    private final BoundedOutput stderr = new BoundedOutput();
    private final ClaudeStream stream;
    private final LogFile log;

    StreamRun(AgentRequest request) {
      this.request = request;
      this.log = new LogFile(request.log(), LARGEST_LOG_BYTES, LOG_TRUNCATED);
      this.stream =
          new ClaudeStream(request.masker(), request.events(), () -> loginFailed.complete(true));
    }

    AgentAnswer execute() {
      CommandSpec command =
          command(
                  request,
                  List.of(
                      "--print",
                      "--output-format",
                      "stream-json",
                      "--verbose",
                      "--dangerously-skip-permissions"))
              .withLive(request.live());
      try (log;
          var stderrLog = new LogFile(withEnding(request.log(), ".stderr"))) {
        log.create();
        var stdoutSink = new LineSplitter(LONGEST_LINE_BYTES, request.masker(), this::line);
        Ending ending =
            processes.execute(
                command,
                stdoutSink,
                stderrSink(command, request.masker(), stderr, stderrLog),
                loginFailed);
        stream.end();
        var verdict = ClaudeVerdict.ofStream(ending, stream, stderr.text(), limit(request));
        String id = stream.sessionId();
        return result(request, ending, verdict, stream.output(), id, stream.usage(), request.log());
      }
    }

    boolean rejectedFormat(AgentAnswer result) {
      return result.errorType() == ErrorType.COMMAND_FAILED
          && !stream.hasResult()
          && stream.sessionId() == null
          && stderr.text().contains("--output-format");
    }

    private void line(byte[] bytes, boolean whole, boolean last) {
      var line = whole ? ClaudeStream.read(bytes) : null;
      byte[] masked = masked(bytes, line == null ? null : line.json(), last, request.masker());
      log.append(masked, masked.length);
      String text = new String(masked, StandardCharsets.UTF_8).stripTrailing();
      request.live().accept(new OutputLine(false, text));
      if (line != null) {
        stream.accept(line);
      }
    }
  }

  /// Keeps a part, logs all, and shows it to whoever watches.
  static ByteSink stderrSink(
      CommandSpec command, SecretMasker masker, BoundedOutput kept, LogFile log) {
    var sinks = new ArrayList<ByteSink>();
    sinks.add(kept);
    sinks.add(MaskingSink.of(log::append, masker));
    if (command.isWatched()) {
      sinks.add(LineSplitter.live(command, true));
    }
    return ByteSink.all(sinks);
  }

  /// A line with a secret is masked value by value, so that it stays JSON; should that not be
  /// enough, the secret wins.
  ///
  /// @param last whether the line ends here
  static byte[] masked(byte[] bytes, @Nullable JsonNode json, boolean last, SecretMasker masker) {
    String line = new String(bytes, StandardCharsets.ISO_8859_1);
    String masked = masker.maskBytes(line);
    if (json != null && !masked.equals(line)) {
      byte[] text = Json.text(masker.mask(json)).getBytes(StandardCharsets.UTF_8);
      masked = masker.maskBytes(new String(text, StandardCharsets.ISO_8859_1));
    }
    return (last ? masked + "\n" : masked).getBytes(StandardCharsets.ISO_8859_1);
  }

  private AgentAnswer result(
      AgentRequest request,
      Ending ending,
      ClaudeVerdict verdict,
      String output,
      @Nullable String sessionId,
      @Nullable Usage usage,
      Path log) {
    return new AgentAnswer(
        verdict.success(),
        ending.timedOut() ? Recording.EXIT_TIMED_OUT : ending.exitCode(),
        output,
        request.masker().mask(verdict.message(request.prompt(), log)),
        verdict.type(),
        ending.timedOut(),
        ending.stopped(),
        sessionId,
        usage,
        ending.duration(),
        log);
  }

  private CommandSpec command(AgentRequest request, List<String> flags) {
    var argv = new ArrayList<String>();
    argv.add(binary(setting("PRODIGY_CLAUDE_BIN", request, "claude")));
    argv.addAll(flags);
    String model = request.model() == null ? settings.model() : request.model();
    if (model != null) {
      argv.addAll(List.of("--model", model));
    }
    argv.addAll(request.options());
    String prompt = request.prompt();
    boolean onStdin = // arguments are limited, and everybody can read them
        prompt.getBytes(StandardCharsets.UTF_8).length > LONGEST_ARGUMENT_BYTES
            || request.masker().hides(prompt);
    if (!onStdin) {
      if (prompt.startsWith("-")) {
        argv.add("--");
      }
      argv.add(prompt);
    }
    Map<String, String> told = settings.added(passedOn(request.environment()));
    return CommandSpec.of(argv, request.cwd(), told)
        .withStdin(onStdin ? prompt : null)
        .withTimeout(request.timeout())
        .withGrace(request.grace())
        .withMasker(request.masker())
        .withStop(StopStyle.INTERRUPT);
  }

  private String binary(String otherwise) {
    String command = settings.command();
    return command == null ? otherwise : command;
  }

  private String setting(String name, AgentRequest request, String otherwise) {
    String own = request.environment().get(name);
    return own != null ? own : environment.getOrDefault(name, otherwise);
  }

  static Map<String, String> passedOn(Map<String, String> environment) {
    var kept = new HashMap<>(environment);
    kept.keySet().removeAll(NOT_PASSED_ON);
    return kept;
  }

  private static Duration limit(AgentRequest request) {
    Duration timeout = request.timeout();
    return timeout == null ? Duration.ZERO : timeout;
  }

  static Path withEnding(Path log, String ending) {
    String name = String.valueOf(log.getFileName());
    int dot = name.lastIndexOf('.');
    return log.resolveSibling((dot < 0 ? name : name.substring(0, dot)) + ending);
  }
}
