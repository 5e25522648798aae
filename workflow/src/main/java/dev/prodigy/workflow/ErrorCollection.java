package dev.prodigy.workflow;

/// When the errors of items are told.
public sealed interface ErrorCollection {

  /// All at the end.
  record Aggregate() implements ErrorCollection {}

  record Immediate() implements ErrorCollection {}

  /// Whenever `size` have come together; the rest at the end of the phase.
  record Batched(int size) implements ErrorCollection {
    public static final int DEFAULT_SIZE = 10;
  }
}
