package dev.prodigy.mapreduce;

import dev.prodigy.workflow.LoadedWorkflow;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a resume is allowed to do.
///
/// @param force go on although the workflow changed, another host holds the lock or the session was
///   cancelled; never discards progress
/// @param workflow read instead of the file the job began with
/// @param extraAttempts for dead-lettered items; 0: they stay in the queue
/// @param loaded the workflow, read already; null: from its file or the stored copy
public record JobResumeOptions(
    boolean force, @Nullable Path workflow, int extraAttempts, @Nullable LoadedWorkflow loaded) {
  public static final JobResumeOptions DEFAULT = new JobResumeOptions(false, null, 0);

  public JobResumeOptions(boolean force, @Nullable Path workflow, int extraAttempts) {
    this(force, workflow, extraAttempts, null);
  }

  static JobResumeOptions of(LoadedWorkflow loaded) {
    return new JobResumeOptions(false, null, 0, loaded);
  }
}
