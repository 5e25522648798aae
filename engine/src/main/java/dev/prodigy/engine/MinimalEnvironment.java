package dev.prodigy.engine;

import java.util.Set;

/// What of the environment reaches a command that wants as little as possible of it.
final class MinimalEnvironment {
  private static final Set<String> NAMES =
      Set.of("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TERM", "LANG", "TZ");

  private MinimalEnvironment() {}

  static boolean has(String name) {
    return NAMES.contains(name) || name.startsWith("LC_") || name.startsWith("PRODIGY_");
  }
}
