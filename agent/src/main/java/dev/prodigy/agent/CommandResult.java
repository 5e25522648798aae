package dev.prodigy.agent;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// What became of a command. Output is UTF-8 with replacement, not masked, at most 1 MiB each: of
/// more, the first and last 512 KiB with `…truncated N bytes…` between them.
///
/// @param exitCode 128 + n after death by signal n; 124 after a timeout
/// @param stderr after a timeout it ends with `Command timed out after N seconds`
/// @param combined both streams in order of arrival
/// @param stdoutBytes all of stdout, also what was truncated
/// @param stopped by interruption of the running thread or by [ProcessRunner#stopAll]
/// @param log null where none was asked for or nothing was written
public record CommandResult(
    int exitCode,
    String stdout,
    String stderr,
    String combined,
    long stdoutBytes,
    boolean timedOut,
    boolean stopped,
    Duration duration,
    @Nullable Path log) {

  public boolean succeeded() {
    return exitCode == 0 && !timedOut && !stopped;
  }
}
