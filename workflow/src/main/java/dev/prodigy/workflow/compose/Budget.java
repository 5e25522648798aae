package dev.prodigy.workflow.compose;

import dev.prodigy.workflow.yaml.Value;
import tools.jackson.databind.JsonNode;

/// How large a composed workflow may become: a few lines that use each other twice would make
/// billions.
final class Budget {
  private static final int DEEPEST = 100;
  private static final int MOST_FILES = 2_000;
  private static final int MOST_STEPS = 20_000;
  private static final long MOST_CHARACTERS = 20_000_000;

  /// Ends the composition.
  static final class Exceeded extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient Value at;

    Exceeded(Value at, String message) {
      super(message, null, false, false);
      this.at = at;
    }

    Value at() {
      return at;
    }
  }

  private int files;
  private int steps;
  private long characters;

  /// How often files are taken up, the same one again included.
  void file(Value at) {
    if (++files > MOST_FILES) {
      throw new Exceeded(at, "files refer to each other more than %d times".formatted(MOST_FILES));
    }
  }

  /// Values that bring values along nest deeper and deeper.
  void depth(JsonNode data, Value at) {
    if (deeperThan(DEEPEST, data)) {
      throw new Exceeded(at, "a value is nested more than %d levels deep".formatted(DEEPEST));
    }
  }

  private static boolean deeperThan(int levels, JsonNode data) {
    return data.isContainer()
        && (levels == 0 || data.valueStream().anyMatch(one -> deeperThan(levels - 1, one)));
  }

  /// The whole must be readable again.
  void depth(Value whole) {
    if (deeperThan(DEEPEST, whole)) {
      throw new Exceeded(
          whole, "the composed workflow is nested more than %d levels deep".formatted(DEEPEST));
    }
  }

  private static boolean deeperThan(int levels, Value value) {
    return switch (value.kind()) {
      case LIST ->
          levels == 0 || value.list().stream().anyMatch(one -> deeperThan(levels - 1, one));
      case MAPPING ->
          levels == 0
              || value.fields().stream().anyMatch(one -> deeperThan(levels - 1, one.value()));
      default -> false;
    };
  }

  void steps(int more, Value at) {
    steps += more;
    if (steps > MOST_STEPS) {
      throw new Exceeded(at, "the composed workflow has more than %d steps".formatted(MOST_STEPS));
    }
  }

  void characters(long more, Value at) {
    characters += more;
    if (characters > MOST_CHARACTERS) {
      throw new Exceeded(
          at, "parameters make more than %d characters of text".formatted(MOST_CHARACTERS));
    }
  }
}
