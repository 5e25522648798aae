package dev.prodigy.workflow.expression;

import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.TextStyle;
import java.time.temporal.ChronoField;
import java.util.Locale;

/// The directives of strftime(3), as far as workflows use them.
final class DateFormat {
  private DateFormat() {}

  /// An unknown directive stays as written.
  static String format(String format, ZonedDateTime time) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < format.length(); i++) {
      char c = format.charAt(i);
      if (c == '%' && i + 1 < format.length()) {
        i++;
        text.append(directive(format.charAt(i), time));
      } else {
        text.append(c);
      }
    }
    return text.toString();
  }

  private static String directive(char directive, ZonedDateTime time) {
    return switch (directive) {
      case 'Y' -> Integer.toString(time.getYear());
      case 'y' -> pattern("yy", time);
      case 'm' -> pattern("MM", time);
      case 'd' -> pattern("dd", time);
      case 'e' -> "%2d".formatted(time.getDayOfMonth());
      case 'H' -> pattern("HH", time);
      case 'I' -> pattern("hh", time);
      case 'M' -> pattern("mm", time);
      case 'S' -> pattern("ss", time);
      case 'p' -> pattern("a", time);
      case 'F' -> pattern("yyyy-MM-dd", time);
      case 'T' -> pattern("HH:mm:ss", time);
      case 'R' -> pattern("HH:mm", time);
      case 'D' -> pattern("MM/dd/yy", time);
      case 'j' -> pattern("DDD", time);
      case 'a' -> time.getDayOfWeek().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'A' -> time.getDayOfWeek().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'b', 'h' -> time.getMonth().getDisplayName(TextStyle.SHORT, Locale.ENGLISH);
      case 'B' -> time.getMonth().getDisplayName(TextStyle.FULL, Locale.ENGLISH);
      case 'u' -> Integer.toString(time.getDayOfWeek().getValue());
      case 'w' -> Integer.toString(time.getDayOfWeek().getValue() % 7);
      case 'z' -> pattern("xx", time);
      case 'Z' -> pattern("zzz", time);
      case 's' -> Long.toString(time.toEpochSecond());
      case 'f' -> "%09d".formatted(time.getLong(ChronoField.NANO_OF_SECOND));
      case 'n' -> "\n";
      case 't' -> "\t";
      case '%' -> "%";
      default -> "%" + directive;
    };
  }

  private static String pattern(String pattern, ZonedDateTime time) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ENGLISH).format(time);
  }
}
