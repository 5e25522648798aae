package dev.prodigy.cli.terminal;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;

/// Sizes, durations and times as people read them. Scripts get JSON instead.
public final class Human {
  private static final String[] UNITS = {"KB", "MB", "GB", "TB"};

  private Human() {}

  /// `512 B`, `1.50 KB`; 1024-based, two decimals.
  public static String size(long bytes) {
    if (bytes < 1024) {
      return bytes + " B";
    }
    double value = bytes / 1024.0;
    int unit = 0;
    while (value >= 1023.995 && unit < UNITS.length - 1) {
      value /= 1024;
      unit++;
    }
    return decimals(Math.round(value * 100), 2) + " " + UNITS[unit];
  }

  /// `850ms`, `12.345s`, `2m 5s`, `1h 3m`, `2d 4h`.
  public static String duration(Duration duration) {
    long millis = Math.max(0, duration.toMillis());
    if (millis < 1000) {
      return millis + "ms";
    }
    if (millis < 60_000) {
      return decimals(millis, 3) + "s";
    }
    long seconds = millis / 1000;
    if (seconds < 3600) {
      return seconds / 60 + "m " + seconds % 60 + "s";
    }
    long minutes = seconds / 60;
    if (minutes < 24 * 60) {
      return minutes / 60 + "h " + minutes % 60 + "m";
    }
    return minutes / (24 * 60) + "d " + minutes / 60 % 24 + "h";
  }

  /// Local time `YYYY-MM-DD HH:MM:SS`.
  public static String time(Instant instant, ZoneId zone) {
    LocalDateTime local = LocalDateTime.ofInstant(instant, zone);
    return pad(local.getYear(), 4)
        + "-"
        + pad(local.getMonthValue(), 2)
        + "-"
        + pad(local.getDayOfMonth(), 2)
        + " "
        + pad(local.getHour(), 2)
        + ":"
        + pad(local.getMinute(), 2)
        + ":"
        + pad(local.getSecond(), 2);
  }

  /// How long ago in one unit: `3h ago`.
  public static String ago(Instant then, Instant now) {
    long seconds = Math.max(0, Duration.between(then, now).toSeconds());
    if (seconds < 60) {
      return seconds + "s ago";
    }
    if (seconds < 3600) {
      return seconds / 60 + "m ago";
    }
    if (seconds < 86_400) {
      return seconds / 3600 + "h ago";
    }
    return seconds / 86_400 + "d ago";
  }

  /// `1 session`, `3 sessions`.
  public static String count(long number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }

  private static String decimals(long scaled, int digits) {
    long one = digits == 2 ? 100 : 1000;
    return scaled / one + "." + pad(scaled % one, digits);
  }

  private static String pad(long number, int digits) {
    String text = Long.toString(number);
    return "0".repeat(Math.max(0, digits - text.length())) + text;
  }
}
