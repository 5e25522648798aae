package dev.prodigy.workflow;

import dev.prodigy.model.AgentDefinitions;
import org.jspecify.annotations.Nullable;

/// Setup, then an agent per work item, then reduce.
public record MapReduceWorkflow(
    String name,
    EnvironmentBlock environment,
    AgentDefinitions agents,
    Parameters parameters,
    @Nullable MergeBlock merge,
    @Nullable Limit timeout,
    boolean strictVariables,
    @Nullable RetryPolicy retryDefaults,
    @Nullable SetupBlock setup,
    MapBlock map,
    @Nullable StepBlock reduce,
    ErrorPolicy errorPolicy,
    CheckpointPolicy checkpoint)
    implements Workflow {}
