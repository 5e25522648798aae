package dev.prodigy.cli.config;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/// Something about the configuration that a person should know.
///
/// @param path of the setting, or the file, it is about
/// @param cause why a file cannot be read; else null
record Issue(
    String type,
    String path,
    Severity severity,
    String message,
    @Nullable String suggestion,
    @Nullable IOException cause) {

  enum Severity {
    INFO,
    WARNING,
    ERROR
  }

  static Issue warning(String type, String path, String message, @Nullable String suggestion) {
    return new Issue(type, path, Severity.WARNING, message, suggestion, null);
  }

  static Issue info(String type, String path, String message, @Nullable String suggestion) {
    return new Issue(type, path, Severity.INFO, message, suggestion, null);
  }

  /// @param place `file:line:column` or a variable; empty if it is nowhere in particular
  static Issue error(String path, String place, String message) {
    return new Issue(
        "invalid_value",
        path,
        Severity.ERROR,
        place.isEmpty() ? message : place + ": " + message,
        null,
        null);
  }

  static Issue unreadable(String path, String why, IOException cause) {
    String message = path + ": cannot be read: " + why;
    return new Issue("unreadable", path, Severity.ERROR, message, null, cause);
  }
}
