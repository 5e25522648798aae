package dev.prodigy.workflow;

import dev.prodigy.model.AgentDefinitions;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Steps that run one after another, up to `maxIterations` times.
///
/// @param steps never empty
/// @param maxIterations at least 1; the command line may say otherwise
public record SequentialWorkflow(
    String name,
    EnvironmentBlock environment,
    AgentDefinitions agents,
    Parameters parameters,
    @Nullable MergeBlock merge,
    @Nullable Limit timeout,
    boolean strictVariables,
    @Nullable RetryPolicy retryDefaults,
    List<Step> steps,
    int maxIterations)
    implements Workflow {

  public SequentialWorkflow {
    steps = List.copyOf(steps);
  }
}
