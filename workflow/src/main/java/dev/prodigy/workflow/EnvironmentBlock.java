package dev.prodigy.workflow;

import dev.prodigy.workflow.expression.Template;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The environment variables a workflow sets for all its commands, in the order written. Entries
/// may refer to each other in any order.
public record EnvironmentBlock(Map<String, EnvValue> entries) {

  public static final EnvironmentBlock EMPTY = new EnvironmentBlock(Map.of());

  /// @param template null: the inherited variable is taken away
  /// @param secret never to be shown
  public record EnvValue(@Nullable Template template, boolean secret) {}

  public EnvironmentBlock {
    entries = Collections.unmodifiableMap(new LinkedHashMap<>(entries));
  }
}
