package dev.prodigy.engine;

import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.OnExhausted;
import dev.prodigy.workflow.expression.Template;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Executes a step's command once, whatever kind it is of.
final class Commands {
  private final StepRunner runner;
  private final Processes processes;

  Commands(StepRunner runner, Processes processes) {
    this.runner = runner;
    this.processes = processes;
  }

  /// @throws StepFault if it could not be prepared
  Execution execute(Invocation call) {
    return switch (call.step().command()) {
      case Command.Shell shell -> processes.shell(call.render(shell.text()), call);
      case Command.Claude claude -> processes.claude(call.render(claude.prompt()), call);
      case Command.Agent agent -> agent(agent, call);
      case Command.WriteFile file -> writeFile(file, call);
      case Command.Handler(var action) -> new HandlerRun(processes, call).run(action);
      case Command.Validate _, Command.Analyze _ -> Execution.success("", Duration.ZERO);
      case Command.RunWorkflows command -> workflows(command, call);
      case Command.Foreach foreach -> new ForeachRun(runner, processes, foreach, call).run();
    };
  }

  private Execution agent(Command.Agent agent, Invocation call) {
    Template model = agent.model();
    Template run = agent.run();
    var options = new ArrayList<String>();
    if (run != null) {
      options.addAll(List.of("-c", call.render(run)));
    }
    agent.args().forEach(arg -> options.add(call.render(arg)));
    HandlerRun.refuseSecrets(agent.name(), options, call);
    return processes.agent(
        agent.name(),
        call.render(agent.prompt()),
        model == null ? null : call.render(model),
        options,
        call);
  }

  private static Execution workflows(Command.RunWorkflows command, Invocation call) {
    SubWorkflowRuns runs = call.scope().subWorkflows();
    if (runs == null) {
      throw new StepFault(Kind.COMMAND, "a workflow cannot be run here");
    }
    return runs.run(command, call);
  }

  Execution fallback(OnExhausted.Fallback fallback, Invocation call) {
    String text = call.render(fallback.command());
    return fallback.claude() ? processes.claude(text, call) : processes.shell(text, call);
  }

  private static Execution writeFile(Command.WriteFile command, Invocation call) {
    long start = System.nanoTime();
    var files = new FileWriting(call.scope().worktree(), call.cwd());
    String name = call.render(command.path());
    Path target = files.target(name);
    String text =
        switch (command.format()) {
          case TEXT -> content(command, call);
          case JSON -> Formatted.json(content(command, call));
          case YAML -> Formatted.yaml(content(command, call));
        };
    files.write(target, text, command.mode(), command.createDirs());
    int bytes = text.getBytes(StandardCharsets.UTF_8).length;
    return Execution.success(
        "Wrote %d bytes to %s".formatted(bytes, name), Duration.ofNanos(System.nanoTime() - start));
  }

  private static String content(Command.WriteFile command, Invocation call) {
    Template content = command.content();
    JsonNode tree = command.tree();
    if (content != null) {
      return call.render(content);
    }
    if (tree == null) {
      throw new StepFault(Kind.COMMAND, "write_file has no content");
    }
    return Formatted.rendered(tree, call);
  }
}
