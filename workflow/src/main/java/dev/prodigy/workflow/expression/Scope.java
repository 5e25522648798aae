package dev.prodigy.workflow.expression;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The variables a text can see, by exact name (which may hold dots: `shell.output`). Navigation
/// inside a value, `item.tags[0]`, is done by those who use a scope.
public interface Scope {

  /// The value of exactly this name; null if it is undefined. A defined null is a JSON null.
  @Nullable JsonNode lookup(String name);

  /// Variables that give way to the step's environment: those of the project's configuration.
  default @Nullable JsonNode lookupLast(String name) {
    return null;
  }

  /// Whether a name that is undefined here is defined where it must not be seen: in a workflow that
  /// calls this one.
  default boolean withholds(String base) {
    return false;
  }

  /// Every name [#lookup] knows; used only to explain what is undefined.
  Set<String> names();
}
