package dev.prodigy.cli.command;

import dev.prodigy.cli.command.ValueType.BadValue;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Locale;

/// Durations as people type them: `90s`, `1h30m`, `2.5 days` without the space, any case.
public final class Durations {
  private Durations() {}

  /// A duration whose bare number, if any, counts in `bare`; such as minutes for `--since 30`.
  public static ValueType<Duration> withBare(Duration bare) {
    return text -> isNumber(text) ? times(bare, text, text) : parse(text);
  }

  static Duration parse(String text) throws BadValue {
    Duration sum = Duration.ZERO;
    int at = 0;
    while (at < text.length()) {
      int unitAt = skip(text, at, true);
      int end = skip(text, unitAt, false);
      if (unitAt == at || end == unitAt) {
        throw invalid(text);
      }
      Duration unit = unit(text.substring(unitAt, end), text);
      sum = sum.plus(times(unit, text.substring(at, unitAt), text));
      at = end;
    }
    if (text.isEmpty()) {
      throw invalid(text);
    }
    return sum;
  }

  /// The end of the run of number (or unit) characters that starts here.
  private static int skip(String text, int from, boolean number) {
    int end = from;
    while (end < text.length() && isNumeric(text.charAt(end)) == number) {
      end++;
    }
    return end;
  }

  private static Duration times(Duration unit, String number, String text) throws BadValue {
    try {
      BigDecimal millis = new BigDecimal(number).multiply(BigDecimal.valueOf(unit.toMillis()));
      return Duration.ofMillis(millis.toBigInteger().longValueExact());
    } catch (ArithmeticException | NumberFormatException _) {
      throw invalid(text);
    }
  }

  private static Duration unit(String name, String text) throws BadValue {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "ms", "milli", "millis", "millisecond", "milliseconds" -> Duration.ofMillis(1);
      case "s", "sec", "secs", "second", "seconds" -> Duration.ofSeconds(1);
      case "m", "min", "mins", "minute", "minutes" -> Duration.ofMinutes(1);
      case "h", "hr", "hrs", "hour", "hours" -> Duration.ofHours(1);
      case "d", "day", "days" -> Duration.ofDays(1);
      case "w", "week", "weeks" -> Duration.ofDays(7);
      default -> throw invalid(text);
    };
  }

  private static boolean isNumber(String text) {
    return !text.isEmpty() && skip(text, 0, true) == text.length();
  }

  private static boolean isNumeric(char c) {
    return (c >= '0' && c <= '9') || c == '.';
  }

  private static BadValue invalid(String text) {
    return BadValue.saying("Invalid duration format: '" + text + "' (use e.g. 30d, 12h, 45m)");
  }
}
