package dev.prodigy.workflow;

import dev.prodigy.workflow.expression.Expression;
import dev.prodigy.workflow.expression.Template;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A workflow that another runs, with variables of its own.
///
/// @param inputs its variables, by name, and what of the caller they are
/// @param outputs what the caller gets, by the name it has there
/// @param parallel whether it runs beside its neighbours
/// @param continueOnError a failure is a warning for the caller
/// @param timeout of all of it
/// @param workingDir where its steps start; relative to the worktree
/// @param ownWorktree its commits are merged back instead of being made in the caller's worktree
/// @param job the composed workflow as data if it is a MapReduce workflow; null for a sequential
///   one
public record SubWorkflow(
    String name,
    Workflow workflow,
    Map<String, Input> inputs,
    Map<String, Template> outputs,
    boolean parallel,
    boolean continueOnError,
    @Nullable Limit timeout,
    @Nullable Template workingDir,
    @Nullable Expression when,
    boolean ownWorktree,
    @Nullable JsonNode job) {

  /// Where a variable gets its value from.
  public sealed interface Input {
    /// A text with references to the caller's variables; a single one keeps its type.
    record Rendered(Template template) implements Input {}

    /// The caller's variable of this name if it has one, else the value itself.
    record Named(JsonNode value) implements Input {}
  }

  public SubWorkflow {
    inputs = Collections.unmodifiableMap(new LinkedHashMap<>(inputs));
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
  }
}
