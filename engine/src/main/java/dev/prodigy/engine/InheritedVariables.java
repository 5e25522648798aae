package dev.prodigy.engine;

import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// What commands inherit from the process we are.
final class InheritedVariables {
  /// What git sets for its hooks would send every git command of a step to another repository.
  private static final Set<String> NEVER =
      Set.of(
          "GIT_DIR",
          "GIT_WORK_TREE",
          "GIT_INDEX_FILE",
          "GIT_COMMON_DIR",
          "GIT_OBJECT_DIRECTORY",
          "GIT_ALTERNATE_OBJECT_DIRECTORIES",
          "GIT_NAMESPACE",
          "GIT_PREFIX");

  private static final Set<String> MINIMAL =
      Set.of("PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TERM", "LANG", "TZ");

  private InheritedVariables() {}

  static Map<String, String> all(Map<String, String> process) {
    var inherited = new HashMap<>(process);
    inherited.keySet().removeAll(NEVER);
    return inherited;
  }

  /// What a command cannot do without (`inherit: false`, `clear_env`).
  static Map<String, String> minimal(Map<String, String> process) {
    var inherited = new HashMap<>(process);
    inherited.keySet().removeIf(name -> !MINIMAL.contains(name) && !name.startsWith("LC_"));
    return inherited;
  }
}
