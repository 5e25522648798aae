package dev.prodigy.model;

import java.util.regex.Pattern;

/// The one rule for every id that comes from outside: it names a file, so it must not escape its
/// directory.
final class Ids {
  private static final Pattern ACCEPTED = Pattern.compile("[A-Za-z0-9_:-][A-Za-z0-9._:-]{0,127}");

  private Ids() {}

  static String require(String kind, String value) {
    if (!ACCEPTED.matcher(value).matches()) {
      throw new ProdigyException(
          ErrorCode.STORAGE,
          "Invalid id: " + kind + " '" + value + "'",
          "use 1 to 128 letters, digits, '.', '_', ':' or '-', not starting with '.'");
    }
    return value;
  }
}
