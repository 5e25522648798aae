package dev.prodigy.agent;

import java.util.Map;

/// The `claude` command line tool.
public final class ClaudeCli {
  public ClaudeCli(ProcessRunner processes, Map<String, String> environment) {}

  /// True if `claude --version` succeeds within 10 s; asked once.
  public boolean available() {
    return false;
  }

  public ClaudeResult run(ClaudeRequest request) {
    if (request != null) {
      throw new UnsupportedOperationException(request.toString());
    }
    throw new IllegalStateException();
  }
}
