package dev.prodigy.workflow.schema;

import java.util.List;

/// What a value may look like.
public sealed interface Shape {

  /// Text; numbers and booleans count as text.
  record Text() implements Shape {}

  record Flag() implements Shape {}

  /// A whole number, or the name of a variable that holds one.
  record Whole(int least) implements Shape {}

  record Decimal(double least, double most) implements Shape {}

  /// Seconds, or text such as `1h30m`, or the name of a variable that holds one.
  record Duration() implements Shape {}

  /// One of these words, in any of their usual spellings.
  record Words(List<String> words) implements Shape {
    public Words {
      words = List.copyOf(words);
    }
  }

  record Anything() implements Shape {}

  /// A name with nothing behind it.
  record Nothing() implements Shape {}

  record ListOf(Shape element) implements Shape {}

  /// A mapping whose keys are the user's own.
  record MapOf(Shape value) implements Shape {}

  record OneOf(List<Shape> shapes) implements Shape {
    public OneOf {
      shapes = List.copyOf(shapes);
    }
  }

  /// A mapping with fields of the language: a [Block] of [Language].
  record Fields(String block) implements Shape {}

  static Shape oneOf(Shape... shapes) {
    return new OneOf(List.of(shapes));
  }

  static Shape words(String... words) {
    return new Words(List.of(words));
  }
}
