package dev.prodigy.workflow;

import dev.prodigy.workflow.expression.JsonSchema;
import dev.prodigy.workflow.expression.Template;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How complete a step's work must be, how that is measured, and what is done about gaps.
///
/// @param steps measure it, anew in each round; empty = only `resultFile` is read
/// @param single there is one measuring command, whose output counts even when it fails; else a
///   failing one ends the round
/// @param resultFile where the result is found; null = the last command's output
/// @param threshold percentage from which the work is accepted
/// @param timeout of one round
/// @param schema what the result must look like
/// @param schemaFile as `schema`, in a file of its own
/// @param onIncomplete null = too little fails the step
public record Validation(
    List<Step> steps,
    boolean single,
    @Nullable Template resultFile,
    double threshold,
    @Nullable Limit timeout,
    @Nullable JsonSchema schema,
    @Nullable Template schemaFile,
    @Nullable OnIncomplete onIncomplete) {

  public static final double DEFAULT_THRESHOLD = 100;

  /// Fills the gaps that were found.
  ///
  /// @param steps may be empty: then the work is only measured again
  /// @param maxAttempts how often they are filled and measured again
  /// @param prompt asked before an incomplete result is accepted; null = nobody is asked
  /// @param failWorkflow false = too little is only a warning in the end
  /// @param commitRequired each attempt must commit
  public record OnIncomplete(
      List<Step> steps,
      int maxAttempts,
      @Nullable Template prompt,
      boolean failWorkflow,
      boolean commitRequired) {

    public static final int DEFAULT_ATTEMPTS = 2;

    public OnIncomplete {
      steps = List.copyOf(steps);
    }
  }

  public Validation {
    steps = List.copyOf(steps);
  }
}
