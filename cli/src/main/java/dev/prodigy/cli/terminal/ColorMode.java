package dev.prodigy.cli.terminal;

import java.util.Map;

/// When to colour; each stream is judged on its own.
public enum ColorMode {
  AUTO,
  ALWAYS,
  NEVER;

  /// The option outranks `NO_COLOR`, then `CLICOLOR_FORCE`/`FORCE_COLOR`, then `CLICOLOR=0`, then
  /// whether the stream is a terminal that can do more than `dumb`.
  boolean colors(boolean terminal, Map<String, String> env) {
    if (this != AUTO) {
      return this == ALWAYS;
    }
    if (!env.getOrDefault("NO_COLOR", "").isEmpty()) {
      return false;
    }
    if (forced(env, "CLICOLOR_FORCE") || forced(env, "FORCE_COLOR")) {
      return true;
    }
    return terminal && !"0".equals(env.get("CLICOLOR")) && !"dumb".equals(env.get("TERM"));
  }

  private static boolean forced(Map<String, String> env, String name) {
    String value = env.get(name);
    return value != null && !value.isEmpty() && !value.equals("0");
  }
}
