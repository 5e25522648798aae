package dev.prodigy.model;

import org.jspecify.annotations.Nullable;

/// Why an attempt failed, from the typed cause and never from words in a message. Stored in Pascal
/// case: `"Timeout"`, `{"CommandFailed":{"exit_code":7}}`.
public sealed interface FailureReason {
  record Timeout() implements FailureReason {}

  record CommandFailed(int exitCode) implements FailureReason {}

  record CommitValidationFailed(@Nullable String command) implements FailureReason {}

  record MergeConflict() implements FailureReason {}

  record WorktreeError() implements FailureReason {}

  record ValidationFailed() implements FailureReason {}

  record PermissionDenied() implements FailureReason {}

  record AgentError() implements FailureReason {}

  record ResourceExhausted() implements FailureReason {}

  record Unknown() implements FailureReason {}

  /// The stored name, which is also the key in error statistics.
  default String typeName() {
    return getClass().getSimpleName();
  }

  /// True where a person must look before another attempt can make sense.
  default boolean needsReview() {
    return switch (this) {
      case CommitValidationFailed _, ValidationFailed _, PermissionDenied _ -> true;
      default -> false;
    };
  }
}
