package dev.prodigy.git;

/// Marks what is still to be written.
final class Skeleton {
  private Skeleton() {}

  static UnsupportedOperationException missing() {
    return new UnsupportedOperationException();
  }
}
