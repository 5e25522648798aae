package dev.prodigy.cli.author;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.terminal.Format;
import dev.prodigy.workflow.WorkflowLoader;
import dev.prodigy.workflow.compose.Composition;
import dev.prodigy.workflow.compose.WorkflowComposer.Composed;
import dev.prodigy.workflow.yaml.Value;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy compose`: the workflow that a file and all it refers to make, each line with the place
/// it comes from.
public final class ComposeCommand {
  private static final Option<Boolean> METADATA =
      Option.flag("metadata", "What it is made of instead: files, templates, parameters");

  private ComposeCommand() {}

  public static void define(Command command) {
    command
        .arguments(TemplateCommands.FILE)
        .options(
            ParameterOptions.PARAM,
            ParameterOptions.FILE,
            ParameterOptions.OFFLINE,
            METADATA,
            TemplateCommands.OUTPUT)
        .runs(ComposeCommand::run);
  }

  private static int run(Invocation call) {
    Path file = call.callerDirectory().resolve(call.get(TemplateCommands.FILE)).normalize();
    Composed composed =
        WorkflowLoader.compose(file, ParameterOptions.of(call), TemplateStore.places(call));
    String text = text(call, composed).stripTrailing();
    Path target = call.get(TemplateCommands.OUTPUT).orElse(null);
    if (target == null) {
      call.console().print(text);
      return ExitCode.OK;
    }
    Path output = call.callerDirectory().resolve(target).normalize();
    try {
      TemplateRegistration.write(output, (text + "\n").getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw TemplateStore.unreadable(output, e);
    }
    call.console().print("Created: " + output);
    return ExitCode.OK;
  }

  private static String text(Invocation call, Composed composed) {
    Composition composition = composed.composition();
    if (call.get(METADATA)) {
      return composition.json(Instant.now()).toPrettyString();
    }
    Value root = Objects.requireNonNull(composed.root());
    boolean json = call.format().map(Format::isJson).orElse(false);
    return composition.masked(json ? json(root) : OriginText.of(root));
  }

  private static String json(Value root) {
    ObjectNode json = (ObjectNode) root.json();
    json.remove("composed");
    return json.toPrettyString();
  }
}
