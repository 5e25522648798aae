package dev.prodigy.cli.config;

import org.jspecify.annotations.Nullable;

/// Who set a value.
///
/// @param name `default`, a file's path, or a variable's name
/// @param line from 1; 0 where there is none
record Origin(Type type, String name, int line, int column) {
  static final Origin STANDARD = new Origin(Type.DEFAULT, "defaults", 0, 0);

  enum Type {
    DEFAULT("default"),
    FILE("file"),
    ENVIRONMENT("environment");

    private final String word;

    Type(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  static Origin variable(String name) {
    return new Origin(Type.ENVIRONMENT, name, 0, 0);
  }

  /// As people read it: `default`, `~/.prodigy/config.yml:3`, `$PRODIGY_LOG_LEVEL`.
  String shown(@Nullable String home) {
    return switch (type) {
      case DEFAULT -> "default";
      case ENVIRONMENT -> "$" + name;
      case FILE ->
          (home != null && name.startsWith(home + "/") ? "~" + name.substring(home.length()) : name)
              + ":"
              + line;
    };
  }

  /// `file:line:column`, or the variable.
  String place() {
    return switch (type) {
      case DEFAULT -> "default";
      case ENVIRONMENT -> "$" + name;
      case FILE -> name + ":" + line + ":" + column;
    };
  }
}
