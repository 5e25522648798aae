package dev.prodigy.model;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.JsonNodeFactory;

/// JSON text to tree and back, the same everywhere: key order kept, numbers exact, no extensions.
public final class Json {
  public static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(tools.jackson.databind.DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(tools.jackson.databind.DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .disable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
          .build();

  private Json() {}

  /// @throws JacksonException with line and column, if the text is not exactly one JSON value
  public static JsonNode parse(String text) {
    return MAPPER.readTree(text);
  }

  /// A field that is not there, or is there as JSON's null, is null.
  static @Nullable JsonNode orNull(@Nullable JsonNode field) {
    return field == null || field.isNull() ? null : field;
  }

  /// Compact text in one line.
  public static String text(JsonNode node) {
    return MAPPER.writeValueAsString(node);
  }
}
