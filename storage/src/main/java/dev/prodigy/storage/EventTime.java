package dev.prodigy.storage;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.OffsetDateTime;

/// The time of an event: UTC with exactly three decimals, `2025-01-11T12:00:00.123Z`. Written and
/// read by hand, since it is on the path of every line and `java.time` formatters cost start-up.
public final class EventTime {
  /// Characters of [#format].
  public static final int LENGTH = 24;

  /// Characters of [#stamp].
  public static final int STAMP_LENGTH = 17;

  /// No time could be read.
  static final long NONE = Long.MIN_VALUE;

  private static final long DAY = 86_400_000L;

  private EventTime() {}

  /// @param millis since the epoch, of the years 0 to 9999
  public static String format(long millis) {
    byte[] to = new byte[LENGTH];
    int[] date = date(Math.floorDiv(millis, DAY));
    int time = (int) Math.floorMod(millis, DAY);
    digits(to, 0, 4, date[0]);
    to[4] = '-';
    digits(to, 5, 2, date[1]);
    to[7] = '-';
    digits(to, 8, 2, date[2]);
    to[10] = 'T';
    digits(to, 11, 2, time / 3_600_000);
    to[13] = ':';
    digits(to, 14, 2, time / 60_000 % 60);
    to[16] = ':';
    digits(to, 17, 2, time / 1000 % 60);
    to[19] = '.';
    digits(to, 20, 3, time % 1000);
    to[23] = 'Z';
    return new String(to, StandardCharsets.ISO_8859_1);
  }

  /// The time as it stands in a segment's name: `yyyyMMddHHmmssSSS`.
  public static String stamp(long millis) {
    String text = format(millis);
    StringBuilder digits = new StringBuilder(STAMP_LENGTH);
    for (int i = 0; i < LENGTH; i++) {
      char c = text.charAt(i);
      if (c >= '0' && c <= '9') {
        digits.append(c);
      }
    }
    return digits.toString();
  }

  /// The inverse of [#stamp]; `Long.MIN_VALUE` if there are other characters than digits.
  public static long parseStamp(String text, int from) {
    for (int i = from; i < from + STAMP_LENGTH; i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return NONE;
      }
    }
    return millis(
        number(text, from, 4),
        number(text, from + 4, 2),
        number(text, from + 6, 2),
        number(text, from + 8, 2) * 3_600_000L
            + number(text, from + 10, 2) * 60_000L
            + number(text, from + 12, 5));
  }

  /// Milliseconds since the epoch of a time in our own form, or in any form of RFC 3339;
  /// `Long.MIN_VALUE` if it is none.
  static long parse(byte[] text, int from, int to) {
    if (to - from == LENGTH && text[to - 1] == 'Z' && text[from + 19] == '.') {
      return millis(
          number(text, from, 4),
          number(text, from + 5, 2),
          number(text, from + 8, 2),
          number(text, from + 11, 2) * 3_600_000L
              + number(text, from + 14, 2) * 60_000L
              + number(text, from + 17, 2) * 1000L
              + number(text, from + 20, 3));
    }
    return AnyForm.parse(new String(text, from, to - from, StandardCharsets.UTF_8));
  }

  static long parse(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return parse(bytes, 0, bytes.length);
  }

  private static void digits(byte[] to, int at, int count, int value) {
    for (int i = at + count - 1; i >= at; i--) {
      to[i] = (byte) ('0' + value % 10);
      value /= 10;
    }
  }

  private static int number(byte[] text, int from, int count) {
    int value = 0;
    for (int i = from; i < from + count; i++) {
      value = value * 10 + (text[i] - '0');
    }
    return value;
  }

  private static int number(String text, int from, int count) {
    int value = 0;
    for (int i = from; i < from + count; i++) {
      value = value * 10 + (text.charAt(i) - '0');
    }
    return value;
  }

  /// Year, month and day of a day counted from 1970-01-01. A year begins in March here, so that the
  /// leap day is its last; 400 years have 146,097 days.
  private static int[] date(long epochDay) {
    long day = epochDay + 719_468;
    long era = Math.floorDiv(day, 146_097L);
    int ofEra = (int) (day - era * 146_097);
    int yearOfEra = (ofEra - ofEra / 1460 + ofEra / 36_524 - ofEra / 146_096) / 365;
    int ofYear = ofEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int month = (5 * ofYear + 2) / 153;
    int year = (int) (yearOfEra + era * 400) + (month < 10 ? 0 : 1);
    return new int[] {year, month < 10 ? month + 3 : month - 9, ofYear - (153 * month + 2) / 5 + 1};
  }

  private static long millis(int year, int month, int day, long ofDay) {
    long y = month <= 2 ? year - 1L : year;
    long era = Math.floorDiv(y, 400L);
    long yearOfEra = y - era * 400;
    long ofYear = (153L * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    long ofEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + ofYear;
    return (era * 146_097 + ofEra - 719_468) * DAY + ofDay;
  }

  /// Loaded only for times other programs wrote.
  private static final class AnyForm {
    static long parse(String text) {
      try {
        return OffsetDateTime.parse(text).toInstant().toEpochMilli();
      } catch (DateTimeException _) {
        return NONE;
      }
    }
  }
}
