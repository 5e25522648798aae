package dev.prodigy.cli.command;

import dev.prodigy.cli.command.ValueType.BadValue;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/// The kinds of values that several commands share.
public final class Values {
  public static final ValueType<String> TEXT = text -> text;
  public static final ValueType<Boolean> BOOLEAN = Values::flag;
  public static final ValueType<Integer> COUNT = Values::count;
  public static final ValueType<Path> PATH = Values::path;
  public static final ValueType<String> ID = Values::id;
  public static final ValueType<Duration> DURATION = Durations::parse;
  public static final ValueType<Long> SIZE = Values::size;
  public static final ValueType<Map.Entry<String, String>> PARAMETER = Values::parameter;

  private Values() {}

  /// A whole number within bounds.
  public static ValueType<Integer> between(int least, int most) {
    return text -> {
      int number = count(text);
      if (number < least || number > most) {
        throw BadValue.expected("a number from " + least + " to " + most);
      }
      return number;
    };
  }

  /// One of an enum's names, in any case and with `-` or `_` between words.
  public static <E extends Enum<E>> ValueType<E> oneOf(Class<E> type) {
    return text -> {
      String name = text.replace('-', '_');
      var names = new StringBuilder();
      for (E constant : type.getEnumConstants()) {
        if (constant.name().equalsIgnoreCase(name)) {
          return constant;
        }
        names.append(names.isEmpty() ? "one of " : ", ");
        names.append(constant.name().toLowerCase(Locale.ROOT).replace('_', '-'));
      }
      throw BadValue.expected(names.toString());
    };
  }

  private static boolean flag(String text) throws BadValue {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw BadValue.expected("true or false");
    };
  }

  private static int count(String text) throws BadValue {
    try {
      int number = Integer.parseInt(text);
      if (number >= 0) {
        return number;
      }
    } catch (NumberFormatException _) { // told below
    }
    throw BadValue.expected("a whole number");
  }

  private static Path path(String text) throws BadValue {
    if (text.isEmpty()) {
      throw BadValue.expected("a path");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw BadValue.expected("a path (" + e.getReason() + ")");
    }
  }

  /// An id names a file, so it must not be a path.
  private static String id(String text) throws BadValue {
    boolean valid = !text.isEmpty() && text.length() <= 128 && text.charAt(0) != '.';
    for (int i = 0; i < text.length() && valid; i++) {
      char c = text.charAt(i);
      valid = c < 0x80 && (Character.isLetterOrDigit(c) || "._:-".indexOf(c) >= 0);
    }
    if (!valid) {
      throw BadValue.expected("an id: 1 to 128 letters, digits, '.', '_', ':' or '-'");
    }
    return text;
  }

  private static long size(String text) throws BadValue {
    int digits = 0;
    while (digits < text.length() && (isDigit(text.charAt(digits)) || text.charAt(digits) == '.')) {
      digits++;
    }
    long unit =
        switch (text.substring(digits).strip().toUpperCase(Locale.ROOT)) {
          case "", "B" -> 1L;
          case "K", "KB", "KIB" -> 1L << 10;
          case "M", "MB", "MIB" -> 1L << 20;
          case "G", "GB", "GIB" -> 1L << 30;
          case "T", "TB", "TIB" -> 1L << 40;
          default -> 0L;
        };
    try {
      if (unit > 0) {
        return (long) (Double.parseDouble(text.substring(0, digits)) * unit);
      }
    } catch (NumberFormatException _) { // told below
    }
    throw BadValue.expected("a size such as 512, 10MB or 1G");
  }

  private static Map.Entry<String, String> parameter(String text) throws BadValue {
    int equals = text.indexOf('=');
    if (equals <= 0) {
      throw BadValue.saying("Invalid parameter format: '" + text + "'. Expected KEY=VALUE");
    }
    return Map.entry(text.substring(0, equals), text.substring(equals + 1));
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }
}
