package dev.prodigy.storage.file;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/// Times and durations as stored, and the stamps in names of files.
public final class Timestamps {
  private static final DateTimeFormatter WRITTEN =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("uuuuMMdd_HHmmss_SSS").withZone(ZoneOffset.UTC);
  private static final Pattern WITH_UNIT = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(ms|s|m|h|d)");
  private static final BigDecimal NANOS_PER_SECOND = BigDecimal.valueOf(1_000_000_000);

  private Timestamps() {}

  /// `2025-01-11T12:00:00.123Z`
  public static String text(Instant time) {
    return WRITTEN.format(time);
  }

  /// Reads any number of decimals and any offset.
  public static Instant parse(String text) {
    return Instant.parse(text);
  }

  /// `20250111_120000_123`: name order is time order.
  static String stamp(Instant time) {
    return STAMP.format(time);
  }

  static Optional<Instant> ofStamp(String stamp) {
    try {
      return Optional.of(LocalDateTime.parse(stamp, STAMP).toInstant(ZoneOffset.UTC));
    } catch (DateTimeParseException _) {
      return Optional.empty();
    }
  }

  /// `{"secs","nanos"}`, `[secs,nanos]`, a number of seconds, or `"45s"`.
  static Duration duration(JsonNode node) {
    if (node.isObject()) {
      return Duration.ofSeconds(node.path("secs").asLong(0), node.path("nanos").asLong(0));
    }
    if (node.isArray()) {
      return Duration.ofSeconds(node.path(0).asLong(0), node.path(1).asLong(0));
    }
    if (node.isNumber()) {
      return seconds(node.decimalValue());
    }
    Matcher text = WITH_UNIT.matcher(node.asString(""));
    if (!text.matches()) {
      throw new IllegalArgumentException("not a duration: " + node);
    }
    var number = new BigDecimal(text.group(1));
    return switch (text.group(2)) {
      case "ms" -> seconds(number.movePointLeft(3));
      case "m" -> seconds(number.multiply(BigDecimal.valueOf(60)));
      case "h" -> seconds(number.multiply(BigDecimal.valueOf(3600)));
      case "d" -> seconds(number.multiply(BigDecimal.valueOf(86_400)));
      default -> seconds(number);
    };
  }

  private static Duration seconds(BigDecimal seconds) {
    return Duration.ofNanos(seconds.multiply(NANOS_PER_SECOND).longValue());
  }
}
