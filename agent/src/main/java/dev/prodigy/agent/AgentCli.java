package dev.prodigy.agent;

/// A command line tool that works on prompts. Safe for any number of threads.
public interface AgentCli {

  /// True if it is there and says that it works. Asked once, unless that was interrupted.
  boolean available();

  /// Runs a prompt to its end, or until it times out or is stopped.
  ///
  /// @throws AgentException if the tool cannot be started
  AgentAnswer run(AgentRequest request);
}
