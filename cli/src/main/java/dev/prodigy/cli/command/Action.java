package dev.prodigy.cli.command;

/// What a command does.
@FunctionalInterface
public interface Action {

  /// @return the exit code
  /// @throws UsageException if the arguments contradict each other
  int run(Invocation call);
}
