package dev.prodigy.workflow;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/// Durations as workflows write them: `500ms`, `1h30m`, `2m 30s`, `1.5 hours`; a bare number is in
/// seconds.
public final class DurationText {

  private static final Pattern NUMBER = Pattern.compile("\\d+(\\.\\d+)?|\\.\\d+");
  private static final Pattern PART =
      Pattern.compile("\\G\\s*(?<number>\\d+(?:\\.\\d+)?|\\.\\d+)\\s*(?<unit>[a-zµ]+)");
  private static final int LONGEST_TEXT = 200;
  private static final BigDecimal LONGEST = BigDecimal.valueOf(Long.MAX_VALUE);

  private DurationText() {}

  /// Empty if the text is not a duration, negative, or longer than 292 years.
  public static Optional<Duration> parse(String text) {
    String source = text.strip().toLowerCase(Locale.ROOT);
    if (source.length() > LONGEST_TEXT) {
      return Optional.empty();
    }
    BigDecimal nanos =
        NUMBER.matcher(source).matches()
            ? new BigDecimal(source).multiply(BigDecimal.valueOf(1_000_000_000L))
            : sum(source);
    return nanos.signum() < 0 || nanos.compareTo(LONGEST) > 0
        ? Optional.empty()
        : Optional.of(Duration.ofNanos(nanos.setScale(0, RoundingMode.HALF_UP).longValue()));
  }

  /// In nanoseconds; -1 if some part is not a number with a unit.
  private static BigDecimal sum(String source) {
    var parts = PART.matcher(source);
    BigDecimal total = BigDecimal.ZERO;
    int end = 0;
    while (parts.find()) {
      long unit = nanosOf(parts.group("unit"));
      if (unit == 0) {
        return BigDecimal.ONE.negate();
      }
      total = total.add(new BigDecimal(parts.group("number")).multiply(BigDecimal.valueOf(unit)));
      end = parts.end();
    }
    return end > 0 && end == source.length() ? total : BigDecimal.ONE.negate();
  }

  private static long nanosOf(String unit) {
    return switch (unit) {
      case "ns", "nsec", "nanos", "nanosecond", "nanoseconds" -> 1L;
      case "us", "µs", "usec", "micros", "microsecond", "microseconds" -> 1_000L;
      case "ms", "msec", "millis", "millisecond", "milliseconds" -> 1_000_000L;
      case "s", "sec", "secs", "second", "seconds" -> 1_000_000_000L;
      case "m", "min", "mins", "minute", "minutes" -> 60 * 1_000_000_000L;
      case "h", "hr", "hrs", "hour", "hours" -> 3_600 * 1_000_000_000L;
      case "d", "day", "days" -> 86_400 * 1_000_000_000L;
      case "w", "week", "weeks" -> 604_800 * 1_000_000_000L;
      default -> 0L;
    };
  }
}
