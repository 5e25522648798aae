package dev.prodigy.mapreduce;

import dev.prodigy.workflow.MapBlock;
import org.jspecify.annotations.Nullable;

/// What the command line and the user's settings say about how a job runs.
///
/// @param maxParallel cap on agents; null: as the workflow says
/// @param otherwiseParallel agents of a workflow that does not say how many
/// @param progress hears how the job goes
public record JobOptions(
    @Nullable Integer maxParallel, int otherwiseParallel, ProgressListener progress) {
  public static final JobOptions DEFAULT = new JobOptions(null, ProgressListener.SILENT);

  public JobOptions(@Nullable Integer maxParallel, ProgressListener progress) {
    this(maxParallel, MapBlock.DEFAULT_MAX_PARALLEL, progress);
  }
}
