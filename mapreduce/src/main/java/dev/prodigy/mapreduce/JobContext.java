package dev.prodigy.mapreduce;

import dev.prodigy.engine.RunEnvironment;
import dev.prodigy.engine.RunReporter;
import dev.prodigy.engine.StepRunner;
import dev.prodigy.engine.StopSignal;
import dev.prodigy.git.Worktree;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.expression.Variables;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;

/// What every phase of one running job works with.
///
/// @param parent the session worktree: setup, merges and reduce happen there
/// @param variables of the job: positional arguments, then what setup captured
/// @param logs directory for the complete output of commands
record JobContext(
    JobFiles files,
    MapReduceWorkflow workflow,
    Worktree parent,
    RunEnvironment environment,
    Variables variables,
    StepRunner steps,
    StopSignal stop,
    Path logs,
    RunReporter reporter,
    ProgressListener progress,
    InstantSource clock) {

  Instant now() {
    return clock.instant();
  }
}
