package dev.prodigy.workflow;

import dev.prodigy.workflow.Command.Claude;
import dev.prodigy.workflow.Command.Foreach;
import dev.prodigy.workflow.Command.Shell;
import dev.prodigy.workflow.Command.WriteFile;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// How messages name a step: its label, or `shell: text` cut at 60 characters.
public final class StepDisplay {

  private static final int MAX_CODE_POINTS = 60;
  private static final Pattern LINE_BREAKS = Pattern.compile("\\s*\\R\\s*");

  private StepDisplay() {}

  public static String of(@Nullable String label, Command command) {
    if (label != null) {
      return label;
    }
    if (command instanceof Command.Handler(HandlerAction action)) {
      return of(action.name(), action.summary());
    }
    String text = text(command);
    return text.isEmpty() ? command.type() : of(command.type(), text);
  }

  /// For a step known only by its type and text.
  public static String of(String type, String text) {
    String line = text.strip();
    boolean broken = line.indexOf('\n') >= 0 || line.indexOf('\r') >= 0;
    return cut(type + ": " + (broken ? LINE_BREAKS.matcher(line).replaceAll(" ") : line));
  }

  private static String text(Command command) {
    return switch (command) {
      case Shell(var text) -> text.source();
      case Claude(var prompt) -> prompt.source();
      case Command.Agent(var name, var prompt, _, _, var run) ->
          name + " " + (run == null ? prompt : run).source();
      case WriteFile file -> file.path().source();
      case Foreach foreach -> text(foreach.input());
      case Command.Handler(HandlerAction action) -> action.summary();
      case Command.RunWorkflows(var workflows, _) ->
          String.join(", ", workflows.stream().map(SubWorkflow::name).toList());
      case Command.Validate _, Command.Analyze _ -> "";
    };
  }

  private static String text(ForeachInput input) {
    return switch (input) {
      case ForeachInput.CommandText(var text) -> text.source();
      case ForeachInput.Items(var values) ->
          String.join(", ", values.stream().map(StepDisplay::text).toList());
    };
  }

  private static String text(JsonNode value) {
    return value.isString() ? value.stringValue() : value.toString();
  }

  private static String cut(String text) {
    return text.codePointCount(0, text.length()) <= MAX_CODE_POINTS
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MAX_CODE_POINTS)) + "...";
  }
}
