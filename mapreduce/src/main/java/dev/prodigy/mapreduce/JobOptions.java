package dev.prodigy.mapreduce;

import dev.prodigy.workflow.MapBlock;
import dev.prodigy.workflow.expression.Variables;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// What the command line and the user's settings say about how a job runs.
///
/// @param maxParallel cap on agents; null: as the workflow says
/// @param otherwiseParallel agents of a workflow that does not say how many
/// @param progress hears how the job goes
/// @param completing hears the job's variables right before it counts as completed; what it throws
///   is the job's failure. Null: nobody does
public record JobOptions(
    @Nullable Integer maxParallel,
    int otherwiseParallel,
    ProgressListener progress,
    @Nullable Consumer<Variables> completing) {
  public static final JobOptions DEFAULT = new JobOptions(null, ProgressListener.SILENT);

  public JobOptions(@Nullable Integer maxParallel, ProgressListener progress) {
    this(maxParallel, MapBlock.DEFAULT_MAX_PARALLEL, progress);
  }

  public JobOptions(
      @Nullable Integer maxParallel, int otherwiseParallel, ProgressListener progress) {
    this(maxParallel, otherwiseParallel, progress, null);
  }

  JobOptions completing(Consumer<Variables> listener) {
    return new JobOptions(maxParallel, otherwiseParallel, progress, listener);
  }
}
