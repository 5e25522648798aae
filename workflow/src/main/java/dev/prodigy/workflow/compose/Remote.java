package dev.prodigy.workflow.compose;

import java.net.URI;
import org.jspecify.annotations.Nullable;

/// Workflows on the network.
public interface Remote {
  /// Where none can be had.
  Remote NONE =
      (url, _) -> {
        throw new Refused("workflows are not fetched from the network here: " + url);
      };

  /// @param url an absolute `https` one
  /// @param sha256 what the text's hash must be, in 64 lower-case hex digits; null: not pinned
  /// @return the text
  /// @throws Refused if it cannot be had, is not what it was pinned to, or nobody agrees to it
  String fetch(URI url, @Nullable String sha256) throws Refused;

  /// Says why there is no text.
  final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    public Refused(String message) {
      super(message);
    }
  }
}
