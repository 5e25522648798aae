package dev.prodigy.workflow.compose;

import tools.jackson.databind.JsonNode;

/// A value someone gives to a parameter.
public sealed interface Given {

  /// As typed on a command line; what it means depends on the parameter's type.
  record Text(String text) implements Given {}

  /// From a file or a caller, with its type.
  ///
  /// @param written how a number or the like is spelled there: a parameter that wants text gets
  ///   that
  record Data(JsonNode value, String written) implements Given {}
}
