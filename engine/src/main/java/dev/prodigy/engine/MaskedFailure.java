package dev.prodigy.engine;

import dev.prodigy.agent.SecretMasker;
import dev.prodigy.model.ProdigyException;
import org.jspecify.annotations.Nullable;

/// Errors on their way out of a run: what they say has no secret in it.
public final class MaskedFailure {
  private MaskedFailure() {}

  /// The same instance if there is nothing to mask in the error and its causes.
  public static ProdigyException of(ProdigyException error, SecretMasker masker) {
    if (masker == SecretMasker.NONE || !hides(error, masker)) {
      return error;
    }
    var masked =
        new ProdigyException(
            error.code(),
            masker.mask(error.message()),
            mask(error.where(), masker),
            mask(error.why(), masker),
            mask(error.hint(), masker),
            cause(error.getCause(), masker));
    error.context().forEach(action -> masked.during(masker.mask(action)));
    return masked;
  }

  private static boolean hides(Throwable error, SecretMasker masker) {
    boolean itself =
        error instanceof ProdigyException ours
            && (masker.hides(ours.message())
                || hides(ours.where(), masker)
                || hides(ours.why(), masker)
                || hides(ours.hint(), masker)
                || ours.context().stream().anyMatch(masker::hides));
    Throwable cause = error.getCause();
    return itself || hides(error.getMessage(), masker) || (cause != null && hides(cause, masker));
  }

  private static boolean hides(@Nullable String text, SecretMasker masker) {
    return text != null && masker.hides(text);
  }

  private static @Nullable String mask(@Nullable String text, SecretMasker masker) {
    return text == null ? null : masker.mask(text);
  }

  private static @Nullable Throwable cause(@Nullable Throwable cause, SecretMasker masker) {
    if (cause == null) {
      return null;
    }
    return new RuntimeException(mask(cause.getMessage(), masker), cause(cause.getCause(), masker));
  }
}
