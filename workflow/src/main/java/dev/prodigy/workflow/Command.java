package dev.prodigy.workflow;

import dev.prodigy.workflow.expression.Template;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a step does.
public sealed interface Command {

  /// The word it has in workflow files.
  default String type() {
    return switch (this) {
      case Shell _ -> "shell";
      case Claude _ -> "claude";
      case WriteFile _ -> "write_file";
      case Foreach _ -> "foreach";
      case Validate _ -> "validate";
      case Analyze _ -> "analyze";
      case Handler _ -> "handler";
      case RunWorkflows _ -> "workflow";
    };
  }

  /// Run by `sh -c`.
  record Shell(Template text) implements Command {}

  /// Given to the agent CLI.
  record Claude(Template prompt) implements Command {}

  /// @param content null: `tree` is what to write
  /// @param tree a YAML value, with format json or yaml only; its strings are interpolated
  /// @param mode permission bits, at most 0777
  record WriteFile(
      Template path,
      @Nullable Template content,
      @Nullable JsonNode tree,
      Format format,
      int mode,
      boolean createDirs)
      implements Command {

    public static final int DEFAULT_MODE = 0644;

    /// How the content is checked and laid out.
    public enum Format {
      TEXT,
      JSON,
      YAML
    }
  }

  /// Nothing but the step's own validation.
  record Validate() implements Command {}

  /// A built-in handler.
  record Handler(HandlerAction action) implements Command {}

  /// Something older files ask for: it does nothing, and succeeds.
  record Analyze() implements Command {}

  /// Other workflows, within this one: one, or several at once.
  ///
  /// @param workflows never empty
  /// @param with further inputs of them
  record RunWorkflows(List<SubWorkflow> workflows, Map<String, SubWorkflow.Input> with)
      implements Command {
    public RunWorkflows {
      workflows = List.copyOf(workflows);
      with = Map.copyOf(with);
    }
  }

  /// @param steps never empty
  /// @param parallel at least 1
  /// @param continueOnError false: after a failed item no new one starts
  record Foreach(
      ForeachInput input,
      List<Step> steps,
      int parallel,
      boolean continueOnError,
      @Nullable Integer maxItems)
      implements Command {

    public static final int DEFAULT_PARALLEL = 10;

    public Foreach {
      steps = List.copyOf(steps);
    }
  }
}
