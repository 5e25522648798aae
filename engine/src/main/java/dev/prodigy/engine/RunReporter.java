package dev.prodigy.engine;

import dev.prodigy.agent.OutputLine;

/// What a person in front of a run gets to read. Secrets are masked already; lines carry no colour
/// and no trailing newline. Called from several threads.
public interface RunReporter {
  RunReporter SILENT = new RunReporter() {};

  /// Progress everybody sees.
  default void info(String line) {}

  /// Progress for those who asked for more (`-v`).
  default void detail(String line) {}

  default void warning(String line) {}

  /// Asks a person; only a clear yes is true. False where nobody can be asked.
  default boolean confirm(String question) {
    return false;
  }

  /// False if nobody reads [#output]: lines are then not even assembled.
  default boolean wantsOutput() {
    return false;
  }

  /// The same for what map agents print, which few want to see all at once.
  default boolean wantsAgentOutput() {
    return false;
  }

  /// What a command prints while it runs.
  ///
  /// @param agent from an agent rather than a shell command
  default void output(OutputLine line, boolean agent) {}
}
