package dev.prodigy.workflow.expression;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One step of a [JsonPath], from a value to some of those below it.
sealed interface JsonStep {

  void select(JsonNode node, Consumer<JsonNode> found);

  /// Is it about one member or element?
  default boolean namesOneThing() {
    return false;
  }

  record Member(String name) implements JsonStep {
    @Override
    public void select(JsonNode node, Consumer<JsonNode> found) {
      JsonNode member = node.get(name);
      if (member != null) {
        found.accept(member);
      }
    }

    @Override
    public boolean namesOneThing() {
      return true;
    }
  }

  /// @param position from 0; from the end, if negative
  record Element(int position) implements JsonStep {
    @Override
    public void select(JsonNode node, Consumer<JsonNode> found) {
      int index = position < 0 ? node.size() + position : position;
      if (node.isArray() && index >= 0 && index < node.size()) {
        found.accept(node.path(index));
      }
    }

    @Override
    public boolean namesOneThing() {
      return true;
    }
  }

  /// Elements from the first bound up to, not including, the second; negative from the end.
  record Slice(@Nullable Integer from, @Nullable Integer to) implements JsonStep {
    @Override
    public void select(JsonNode node, Consumer<JsonNode> found) {
      if (!node.isArray()) {
        return;
      }
      int end = to == null ? node.size() : bound(to, node.size());
      for (int i = from == null ? 0 : bound(from, node.size()); i < end; i++) {
        found.accept(node.path(i));
      }
    }

    private static int bound(int position, int size) {
      return Math.clamp(position < 0 ? size + position : position, 0, size);
    }
  }

  record All() implements JsonStep {
    @Override
    public void select(JsonNode node, Consumer<JsonNode> found) {
      node.forEach(found);
    }
  }

  /// Elements or members that satisfy a condition.
  record Matching(Node condition) implements JsonStep {
    private static final Variables NONE = new Variables();

    @Override
    public void select(JsonNode node, Consumer<JsonNode> found) {
      Rendering options = Rendering.plain();
      int index = 0;
      for (JsonNode child : node) {
        if (condition.truth(new Evaluation(NONE, options, child, index++))) {
          found.accept(child);
        }
      }
    }
  }

  /// The step at the value itself, then at everything below it: outer before inner.
  record Everywhere(JsonStep step) implements JsonStep {
    @Override
    public void select(JsonNode node, Consumer<JsonNode> found) {
      step.select(node, found);
      for (JsonNode child : node) {
        select(child, found);
      }
    }

    @Override
    public boolean namesOneThing() {
      return step.namesOneThing();
    }
  }
}
