package dev.prodigy.mapreduce;

import org.jspecify.annotations.Nullable;

/// What the command line says about how a job runs.
///
/// @param maxParallel cap on agents; null: as the workflow says
/// @param progress hears how the job goes
public record JobOptions(@Nullable Integer maxParallel, ProgressListener progress) {
  public static final JobOptions DEFAULT = new JobOptions(null, ProgressListener.SILENT);
}
