package dev.prodigy.workflow.compose;

import dev.prodigy.workflow.yaml.Value;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A parameter a workflow or template says it has.
///
/// @param standard what it is if nobody gives a value; null: nothing
/// @param choices the only values there are; null: any
/// @param secret never shown or stored
/// @param at where it is declared
public record ParameterDeclaration(
    String name,
    String typeName,
    ParameterKind kind,
    @Nullable String description,
    @Nullable JsonNode standard,
    boolean required,
    @Nullable JsonNode choices,
    boolean secret,
    Value at) {

  /// The checks that are this package's own.
  record ParameterKind(ParameterType type, @Nullable ParameterRule rule) {}
}
