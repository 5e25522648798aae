package dev.prodigy.workflow.compose;

import dev.prodigy.workflow.yaml.Value;

/// How large a composed workflow may become: a few lines that use each other twice would make
/// billions.
final class Budget {
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
