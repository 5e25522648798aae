package dev.prodigy.engine;

import dev.prodigy.agent.AgentAnswer;
import dev.prodigy.agent.AgentRequest;
import dev.prodigy.agent.Agents;
import dev.prodigy.agent.CommandResult;
import dev.prodigy.agent.CommandSpec;
import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.model.AgentDefinitions;
import dev.prodigy.model.AgentProgram;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.Command;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Executes the commands that are processes: `shell` and `claude`.
final class Processes {
  /// Linux limits one argument to 128 KiB; longer texts go through a file.
  private static final int LONGEST_ARGUMENT = 100 * 1024;

  private static final int SHOWN_PROMPT = 60;

  private final ProcessRunner processes;
  private final Agents agents;

  Processes(ProcessRunner processes, Agents agents) {
    this.processes = processes;
    this.agents = agents;
  }

  Execution shell(String text, Invocation call) {
    return run(command(text, call), call);
  }

  /// Any other program, within the step's limits.
  Execution run(CommandSpec command, Invocation call) {
    if (call.tooLate()) {
      return tooLate(call);
    }
    call.logs().prepare();
    Path log = call.logs().next(call.step(), ".log");
    var spec =
        command
            .withTimeout(call.timeout())
            .withGrace(call.scope().grace())
            .withLog(log)
            .withMasker(call.scope().masker())
            .withLive(call.live());
    CommandResult done = processes.run(spec);
    if (done.timedOut()) {
      return timedOut(call, done.stdout(), done.stderr(), done.combined(), done.duration(), null);
    }
    return new Execution(
        done.exitCode(),
        done.stdout(),
        done.stderr(),
        done.combined(),
        false,
        done.stopped(),
        done.succeeded() ? Kind.NONE : Kind.COMMAND,
        "",
        true,
        done.duration(),
        null,
        Map.of());
  }

  private static CommandSpec command(String text, Invocation call) {
    var masker = call.scope().masker();
    if (masker.hides(text)) {
      return CommandSpec.shell(text, call.cwd(), call.environment(), masker);
    }
    if (text.getBytes(StandardCharsets.UTF_8).length <= LONGEST_ARGUMENT) {
      return CommandSpec.shell(text, call.cwd(), call.environment());
    }
    Path script = call.logs().write(call.logs().next(call.step(), ".sh"), text);
    return CommandSpec.of(List.of("sh", script.toString()), call.cwd(), call.environment());
  }

  Execution claude(String prompt, Invocation call) {
    return agent(null, prompt, null, List.of(), call);
  }

  /// Whether `claude` steps are for Claude itself.
  boolean isClaude() {
    return agents.nameFor(null).equals(AgentDefinitions.CLAUDE);
  }

  /// Whether what a command's agent leaves uncommitted is ours to commit.
  boolean commitsFor(Command command) {
    String name =
        switch (command) {
          case Command.Claude _ -> agents.nameFor(null);
          case Command.Agent agent -> agent.name();
          default -> AgentDefinitions.CLAUDE;
        };
    return agents.program(name).filter(AgentProgram::autoCommit).isPresent();
  }

  /// @param named null: the agent of `claude` steps
  /// @param options further arguments of its command line
  Execution agent(
      @Nullable String named,
      String prompt,
      @Nullable String model,
      List<String> options,
      Invocation call) {
    if (call.tooLate()) {
      return tooLate(call);
    }
    call.logs().prepare();
    String name = agents.nameFor(named);
    Path log = call.logs().agentStream(name);
    var request =
        new AgentRequest(
            options,
            model,
            prompt,
            call.cwd(),
            call.environment(),
            call.timeout(),
            call.scope().grace(),
            log,
            call.scope().masker(),
            event -> call.observer().agent(call.step(), event, log),
            call.live());
    AgentAnswer done = agents.get(name).run(request);
    if (done.timedOut()) {
      return timedOut(call, done.output(), done.error(), done.output(), done.duration(), log);
    }
    Kind kind = done.success() ? Kind.NONE : kind(done.errorType());
    return new Execution(
        done.success() ? 0 : done.exitCode() == 0 ? 1 : done.exitCode(),
        done.output(),
        done.error(),
        done.output(),
        false,
        done.stopped(),
        kind,
        done.success() ? "" : message(prompt, done),
        isRetryable(done.errorType()),
        done.duration(),
        done.log(),
        details(done));
  }

  private static boolean isRetryable(AgentAnswer.ErrorType type) {
    return switch (type) {
      case AUTHENTICATION, PERMISSION_DENIED, INPUT_REFUSED -> false;
      default -> true;
    };
  }

  private static Kind kind(AgentAnswer.ErrorType type) {
    return switch (type) {
      case NONE, STOPPED -> Kind.NONE;
      case AUTHENTICATION -> Kind.AUTHENTICATION;
      case PERMISSION_DENIED -> Kind.PERMISSION;
      case TIMEOUT -> Kind.TIMEOUT;
      case COMMAND_FAILED, AGENT_ERROR, UNKNOWN_COMMAND, INPUT_REFUSED, NO_TURNS, NO_RESULT ->
          Kind.AGENT;
    };
  }

  /// An answer's error already says which agent failed at which prompt, and where its log is.
  private static String message(String prompt, AgentAnswer done) {
    return done.error().isBlank()
        ? "Agent command '%s' failed: exit code %d\nLog: %s"
            .formatted(FailureText.cut(prompt, SHOWN_PROMPT), done.exitCode(), done.log())
        : done.error().strip();
  }

  private static Map<String, JsonNode> details(AgentAnswer done) {
    var details = new HashMap<String, JsonNode>();
    details.put("json_log", Json.NODES.stringNode(done.log().toString()));
    details.put("log", Json.NODES.stringNode(done.log().toString()));
    if (done.sessionId() != null) {
      details.put("session_id", Json.NODES.stringNode(done.sessionId()));
    }
    var usage = done.usage();
    if (usage != null) {
      details.put("input_tokens", Json.NODES.numberNode(usage.inputTokens()));
      details.put("output_tokens", Json.NODES.numberNode(usage.outputTokens()));
    }
    return details;
  }

  private static Execution tooLate(Invocation call) {
    return timedOut(call, "", "", "", Duration.ZERO, null);
  }

  private static Execution timedOut(
      Invocation call,
      String stdout,
      String stderr,
      String combined,
      Duration duration,
      @Nullable Path log) {
    TimeLimit limit = call.limit();
    String text = limit == null ? "Command timed out" : limit.message();
    String errors = withLastLine(stderr, text);
    return new Execution(
        Execution.TIMED_OUT,
        stdout,
        errors,
        combined,
        true,
        false,
        Kind.TIMEOUT,
        "",
        true,
        duration,
        log,
        Map.of());
  }

  /// Replaces the runner's own last line, which cannot know the name of the limit.
  private static String withLastLine(String stderr, String text) {
    int last = stderr.stripTrailing().lastIndexOf('\n') + 1;
    String kept =
        stderr.startsWith("Command timed out after", last) ? stderr.substring(0, last) : stderr;
    boolean open = !kept.isEmpty() && !kept.endsWith("\n");
    return kept + (open ? "\n" : "") + text + "\n";
  }
}
