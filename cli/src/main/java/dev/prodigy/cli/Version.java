package dev.prodigy.cli;

/// Our version; `VersionTest` holds it to the build's.
final class Version {
  static final String NUMBER = "0.1.0";

  private Version() {}
}
