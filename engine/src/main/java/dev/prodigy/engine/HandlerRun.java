package dev.prodigy.engine;

import dev.prodigy.agent.CommandSpec;
import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.HandlerAction;
import dev.prodigy.workflow.expression.Template;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Runs a built-in handler. Its output is what it prints, else a JSON object that says what it did.
///
/// `git` and `cargo` get their arguments one by one, without a shell between; a secret among them
/// would be seen by everybody, and is refused.
final class HandlerRun {
  private final Processes processes;
  private final Invocation call;

  HandlerRun(Processes processes, Invocation call) {
    this.processes = processes;
    this.call = call;
  }

  /// @throws StepFault if it could not be prepared
  Execution run(HandlerAction action) {
    return switch (action) {
      case HandlerAction.Shell shell -> shell(shell);
      case HandlerAction.Claude claude -> claude(claude);
      case HandlerAction.Git git -> git(git);
      case HandlerAction.Cargo cargo -> cargo(cargo);
      case HandlerAction.FileOperation file -> new FileActions(call).run(file);
    };
  }

  private Execution shell(HandlerAction.Shell shell) {
    var command =
        CommandSpec.shell(
            call.render(shell.command()), call.cwd(), call.environment(), call.scope().masker());
    return processes.run(command.withProgram(call.render(shell.shell())), call);
  }

  private Execution claude(HandlerAction.Claude claude) {
    var options = new ArrayList<String>();
    String prompt = withContext(call.render(claude.prompt()), claude.contextFiles());
    Template model = claude.model();
    Template system = claude.system();
    if (processes.isClaude()) {
      option(options, "--append-system-prompt", system);
    } else if (system != null) { // others have no such option
      prompt = call.render(system) + "\n\n" + prompt;
    }
    refuseSecrets("claude", options, call);
    return processes.agent(null, prompt, model == null ? null : call.render(model), options, call);
  }

  private String withContext(String prompt, List<Template> files) {
    if (files.isEmpty()) {
      return prompt;
    }
    var text = new StringBuilder("Context files:\n");
    var paths = new FileWriting(call.scope().worktree(), call.cwd());
    for (Template file : files) {
      String name = call.render(file);
      text.append("=== ").append(name).append(" ===\n");
      text.append(content(paths.target(name), name).stripTrailing()).append("\n\n");
    }
    return text.append("Task:\n").append(prompt).toString();
  }

  private static String content(Path file, String name) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new StepFault(Kind.COMMAND, "Cannot read context file %s: %s".formatted(name, e));
    }
  }

  private Execution git(HandlerAction.Git git) {
    String operation = call.render(git.operation());
    boolean commits = operation.equals("commit");
    List<String> files = git.files().stream().map(call::render).toList();
    if (commits && git.autoStage()) {
      var add = Stream.concat(Stream.of("add", "--"), files(files).stream()).toList();
      Execution staged = program("git", add, null);
      if (!staged.succeeded()) {
        return staged;
      }
    }
    var args = new ArrayList<String>();
    args.add(operation);
    args.addAll(words(git.args()));
    Template message = git.message();
    String stdin = null;
    if (message != null && commits) {
      args.add("--file=-");
      stdin = call.scope().masker().mask(call.render(message));
    } else {
      option(args, "-m", message);
    }
    option(args, null, git.remote());
    option(args, null, git.branch());
    if (!commits && !files.isEmpty()) {
      args.add("--");
      args.addAll(files);
    }
    return program("git", args, stdin);
  }

  private static List<String> files(List<String> files) {
    return files.isEmpty() ? List.of(".") : files;
  }

  private Execution cargo(HandlerAction.Cargo cargo) {
    var args = new ArrayList<String>();
    args.add(call.render(cargo.command()));
    option(args, "--package", cargo.packageName());
    option(args, "--features", cargo.features());
    option(args, "--target", cargo.target());
    args.addAll(cargo.flags());
    args.addAll(words(cargo.args()));
    return program("cargo", args, null);
  }

  private void option(List<String> args, @Nullable String name, @Nullable Template value) {
    if (value != null) {
      if (name != null) {
        args.add(name);
      }
      args.add(call.render(value));
    }
  }

  private List<String> words(List<Template> texts) {
    return texts.stream()
        .flatMap(text -> Stream.of(call.render(text).strip().split("\\s+", -1)))
        .filter(word -> !word.isEmpty())
        .toList();
  }

  private Execution program(String program, List<String> args, @Nullable String stdin) {
    refuseSecrets(program, args, call);
    var argv = Stream.concat(Stream.of(program), args.stream()).toList();
    var command = CommandSpec.of(argv, call.cwd(), call.environment()).withStdin(stdin);
    Execution done = processes.run(command, call);
    if (!done.succeeded() || !done.stdout().isBlank()) {
      return done;
    }
    var result = Json.NODES.objectNode();
    result.put("handler", program).put("operation", args.getFirst());
    result.put("exit_code", done.exitCode());
    String text = Json.text(result);
    return done.withOutput(text, done.combined() + text);
  }

  static void refuseSecrets(String program, List<String> args, Invocation call) {
    if (args.stream().anyMatch(call.scope().masker()::hides)) {
      throw new StepFault(
          Kind.COMMAND,
          "A secret cannot be an argument of `%s`, where everybody can see it: use a `shell` step,"
                  .formatted(program)
              + " in which the secret is an environment variable");
    }
  }
}
