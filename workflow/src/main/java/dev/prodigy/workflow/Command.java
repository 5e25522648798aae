package dev.prodigy.workflow;

import dev.prodigy.workflow.expression.Template;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// What a step does.
public sealed interface Command {

  /// The word it has in workflow files.
  default String type() {
    return switch (this) {
      case Shell _ -> "shell";
      case Claude _ -> "claude";
      case Agent _ -> "agent";
      case WriteFile _ -> "write_file";
      case Foreach _ -> "foreach";
      case Validate _ -> "validate";
      case Analyze _ -> "analyze";
      case Handler _ -> "handler";
      case RunWorkflows _ -> "workflow";
    };
  }

  /// Whether an agent works on it.
  default boolean isAgent() {
    return this instanceof Claude || this instanceof Agent;
  }

  /// Run by `sh -c`.
  record Shell(Template text) implements Command {}

  /// Given to Claude, or to the agent that stands for it.
  record Claude(Template prompt) implements Command {}

  /// Given to the agent of that name.
  ///
  /// @param prompt empty if there is only `run`
  /// @param args further ones of its command line
  /// @param run what the agent `shell` runs
  record Agent(
      String name,
      Template prompt,
      @Nullable Template model,
      List<Template> args,
      @Nullable Template run)
      implements Command {
    public Agent {
      args = List.copyOf(args);
    }

    /// Every text in it, in no particular order.
    public List<Template> texts() {
      return Stream.concat(Stream.of(prompt, model, run), args.stream())
          .filter(Objects::nonNull)
          .toList();
    }
  }

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
