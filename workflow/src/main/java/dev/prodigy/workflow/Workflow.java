package dev.prodigy.workflow;

import dev.prodigy.model.AgentDefinitions;
import org.jspecify.annotations.Nullable;

/// A checked workflow: nothing in it can turn out to be misspelled while it runs.
public sealed interface Workflow permits SequentialWorkflow, MapReduceWorkflow {

  String name();

  EnvironmentBlock environment();

  /// Null: the default merge.
  @Nullable MergeBlock merge();

  /// Of the whole run.
  @Nullable Limit timeout();

  /// Whether a reference to an unknown variable fails its step.
  boolean strictVariables();

  /// What it says of agents, and which its `claude:` steps are for.
  AgentDefinitions agents();

  /// None if it was not composed.
  Parameters parameters();

  /// What `retry_defaults` says; already part of every [Step#retry] it applies to.
  @Nullable RetryPolicy retryDefaults();
}
