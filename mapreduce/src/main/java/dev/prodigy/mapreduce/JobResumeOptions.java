package dev.prodigy.mapreduce;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What a resume is allowed to do.
///
/// @param force go on although the workflow changed, another host holds the lock or the session was
///   cancelled; never discards progress
/// @param workflow read instead of the file the job began with
/// @param extraAttempts for dead-lettered items; 0: they stay in the queue
public record JobResumeOptions(boolean force, @Nullable Path workflow, int extraAttempts) {
  public static final JobResumeOptions DEFAULT = new JobResumeOptions(false, null, 0);
}
