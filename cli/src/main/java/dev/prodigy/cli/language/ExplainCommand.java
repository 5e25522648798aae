package dev.prodigy.cli.language;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.author.ParameterOptions;
import dev.prodigy.cli.author.TemplateStore;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.config.Configuration;
import dev.prodigy.cli.config.Effects;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Format;
import dev.prodigy.cli.terminal.Style.Tone;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.WorkflowLoader;
import dev.prodigy.workflow.compose.Composition;
import dev.prodigy.workflow.schema.Explanation;
import dev.prodigy.workflow.schema.Explanation.Line;
import dev.prodigy.workflow.schema.UserDefaults;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy explain`: a workflow as it will be run, with every default and the origin of each
/// value.
public final class ExplainCommand {
  private static final int WIDEST = 60;

  private static final Argument<Path> WORKFLOW =
      Argument.required("WORKFLOW", Values.PATH, "YAML or JSON file");
  private static final Option<Boolean> PLAIN =
      Option.flag("plain", "Without the origins: a workflow file with all defaults written out");

  private ExplainCommand() {}

  public static void define(Command command) {
    command
        .arguments(WORKFLOW)
        .options(PLAIN, ParameterOptions.PARAM, ParameterOptions.FILE, ParameterOptions.OFFLINE)
        .details(
            """
            Beside each value stands where it comes from: a line of the file, `retry_defaults`, a
            setting of yours, or the default of the language. Workflows of several files are
            composed first. The text is a workflow with the same meaning. Secrets that are written
            in the file are not shown. With --json, one object per value.""")
        .runs(ExplainCommand::explain);
  }

  private static int explain(Invocation call) {
    Path file = call.callerDirectory().resolve(call.get(WORKFLOW)).normalize();
    LoadedWorkflow loaded =
        WorkflowLoader.load(file, ParameterOptions.of(call), TemplateStore.places(call));
    loaded.warnings().forEach(call.console()::warn);
    List<Line> lines = lines(loaded, Effects.of(Configuration.of(call)).ofWorkflows());
    if (call.format().filter(Format::isJson).isPresent()) {
      call.console().print(json(call, file, lines));
    } else {
      print(call.console(), lines, call.get(PLAIN));
    }
    return ExitCode.OK;
  }

  /// Without the values of secret parameters.
  private static List<Line> lines(LoadedWorkflow loaded, UserDefaults user) {
    List<Line> lines = Explanation.of(loaded.root(), user);
    Composition composition = loaded.composition();
    return composition == null
        ? lines
        : lines.stream()
            .map(
                line ->
                    new Line(
                        composition.masked(line.text()),
                        line.path(),
                        composition.masked(line.value()),
                        line.origin()))
            .toList();
  }

  private static void print(Console console, List<Line> lines, boolean plain) {
    int width =
        lines.stream()
            .mapToInt(line -> line.text().length())
            .filter(length -> length <= WIDEST)
            .max()
            .orElse(0);
    for (Line line : lines) {
      if (plain || line.origin().isEmpty()) {
        console.print(line.text());
      } else {
        String gap = " ".repeat(Math.max(0, width - line.text().length()) + 2);
        String origin = console.outStyle().paint(Tone.FAINT, "# " + line.origin());
        console.print(line.text() + gap + origin);
      }
    }
  }

  private static String json(Invocation call, Path file, List<Line> lines) {
    ObjectNode json = Json.NODES.objectNode();
    json.put("file", WorkflowFiles.shown(call.callerDirectory(), file));
    var values = json.putArray("values");
    for (Line line : lines) {
      if (!line.path().isEmpty() && !line.value().isEmpty()) {
        values
            .addObject()
            .put("path", line.path())
            .put("value", line.value())
            .put("origin", line.origin());
      }
    }
    return call.format().filter(Format.JSON::equals).isPresent()
        ? json.toPrettyString()
        : Json.text(json);
  }
}
