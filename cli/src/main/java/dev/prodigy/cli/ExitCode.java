package dev.prodigy.cli;

import dev.prodigy.model.ErrorCode;

/// What our exit codes mean; scripts rely on them. The end by a signal is 128 and its number.
public final class ExitCode {
  /// Done, also when there was nothing to do or the user declined.
  public static final int OK = 0;

  /// The request failed.
  public static final int FAILED = 1;

  /// The command line is wrong or incomplete.
  public static final int USAGE = 2;

  /// A configuration file or variable is invalid.
  public static final int CONFIGURATION = 3;

  /// Another live process owns the session or job.
  public static final int LOCKED = 4;

  private ExitCode() {}

  static int of(ErrorCode code) {
    if (code == ErrorCode.SESSION_LOCKED) {
      return LOCKED;
    }
    return switch (code) {
      case CONFIG, CONFIG_NOT_FOUND, CONFIG_INVALID_VALUE -> CONFIGURATION;
      default -> FAILED;
    };
  }
}
