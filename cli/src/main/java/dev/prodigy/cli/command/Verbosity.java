package dev.prodigy.cli.command;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import java.util.Locale;
import java.util.Map;

/// How much to say. The command line outranks `PRODIGY_QUIET` and `PRODIGY_VERBOSE`.
///
/// @param quiet only errors and the final result
/// @param level 0 to 3
public record Verbosity(boolean quiet, int level) {

  /// Nothing asked for.
  public static final Verbosity USUAL = new Verbosity(false, 0);

  static Verbosity of(Parsed parsed, Map<String, String> env) {
    if (parsed.get(GlobalOptions.QUIET)) {
      return new Verbosity(true, 0);
    }
    int typed = parsed.get(GlobalOptions.VERBOSE);
    if (typed > 0) {
      return new Verbosity(false, Math.min(typed, 3));
    }
    if (isTrue("PRODIGY_QUIET", env)) {
      return new Verbosity(true, 0);
    }
    return new Verbosity(false, level(env));
  }

  private static int level(Map<String, String> env) {
    String value = env.getOrDefault("PRODIGY_VERBOSE", "");
    return switch (value) {
      case "", "0" -> 0;
      case "1" -> 1;
      case "2" -> 2;
      case "3" -> 3;
      default -> throw invalid("PRODIGY_VERBOSE", value, "0, 1, 2 or 3");
    };
  }

  private static boolean isTrue(String variable, Map<String, String> env) {
    String value = env.getOrDefault(variable, "");
    return switch (value.toLowerCase(Locale.ROOT)) {
      case "", "false", "0", "no", "off" -> false;
      case "true", "1", "yes", "on" -> true;
      default -> throw invalid(variable, value, "true or false");
    };
  }

  private static ProdigyException invalid(String variable, String value, String expected) {
    return new ProdigyException(
        ErrorCode.CONFIG_INVALID_VALUE,
        "Invalid value '" + value + "' in environment variable " + variable,
        "set it to " + expected + ", or: unset " + variable);
  }
}
