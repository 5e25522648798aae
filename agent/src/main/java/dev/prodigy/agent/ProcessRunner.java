package dev.prodigy.agent;

import java.time.Duration;

/// Runs commands and ends them with everything they started.
public final class ProcessRunner implements AutoCloseable {

  /// Runs a command to its end, or to its timeout, or until stopped.
  ///
  /// @throws AgentException when the program cannot be started (E4001, E4007)
  public CommandResult run(CommandSpec spec) {
    if (spec != null) {
      throw new UnsupportedOperationException(spec.toString());
    }
    throw new IllegalStateException();
  }

  /// Stops everything that runs, with descendants; nothing new is started afterwards.
  public void stopAll(Duration grace) {}

  /// Kills everything that runs, at once.
  public void killAll() {}

  /// Kills every process (with descendants) whose environment has `variable=value`.
  ///
  /// @return how many were killed
  public static int killOrphans(String variable, String value) {
    return 0;
  }

  @Override
  public void close() {}
}
