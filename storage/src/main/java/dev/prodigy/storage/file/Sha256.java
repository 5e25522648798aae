package dev.prodigy.storage.file;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/// Every Java has it, so its absence is no case to handle.
final class Sha256 {
  private Sha256() {}

  static MessageDigest start() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("a Java without SHA-256", e);
    }
  }

  static byte[] of(byte[] bytes) {
    return start().digest(bytes);
  }
}
