package dev.prodigy.storage;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Looks into lines of our own writer without parsing them. Such a line begins with `{"type":"`,
/// then come `agent_id`, `id`, `timestamp` and the other text fields of the envelope, up to the
/// first number; a quote within text is written as its four-digit escape, so the next quote is
/// always the end; and the last 18 bytes are `,"crc":"` with the checksum of everything before.
final class Envelope {
  static final byte[] AGENT_ID = key("agent_id");
  static final byte[] ID = key("id");
  static final byte[] TIMESTAMP = key("timestamp");
  static final byte[] JOB_ID = key("job_id");
  static final byte[] ITEM_ID = key("item_id");
  static final byte[] CORRELATION_ID = key("correlation_id");

  private static final byte[] OPENING = key("{\"type\":\"");
  private static final byte[] CRC = key(",\"crc\":\"");
  private static final int CRC_DIGITS = 8;
  private static final byte[] SEQ = key("\"seq\":");
  private static final byte[] WRITER = key(",\"writer\":\"");

  /// What may stand between a writer's name and the checksum, generously.
  private static final int LONGEST_THREAD = 1500;

  static final int WRITER_DIGITS = 8;
  private static final int TAIL = CRC.length + CRC_DIGITS + 2;

  /// Where the value of `type` begins in a line.
  static final int TYPE_AT = OPENING.length;

  private final CRC32C crc = new CRC32C();

  /// True if the line begins as ours do; a name in snake case is an older shape.
  static boolean opensAsOurs(byte[] line, int from, int to) {
    return to - from > TYPE_AT
        && Arrays.equals(line, from, from + TYPE_AT, OPENING, 0, TYPE_AT)
        && line[from + TYPE_AT] >= 'A'
        && line[from + TYPE_AT] <= 'Z';
  }

  static boolean hasChecksum(byte[] line, int from, int to) {
    int tail = to - TAIL;
    return tail > from
        && line[to - 1] == '}'
        && line[to - 2] == '"'
        && Arrays.equals(line, tail, tail + CRC.length, CRC, 0, CRC.length);
  }

  /// Whether the checksum of [#hasChecksum] is right: the line is exactly as its writer made it.
  boolean isIntact(byte[] line, int from, int to) {
    int tail = to - TAIL;
    crc.reset();
    crc.update(line, from, tail - from);
    return (int) crc.getValue() == hex(line, tail + CRC.length);
  }

  /// The value of one of the leading text fields; null if the line has none.
  static @Nullable String text(byte[] line, int from, int to, byte[] key) {
    int at = find(line, from, to, key);
    return at < 0 ? null : decode(line, at, quote(line, at, to));
  }

  static String type(byte[] line, int from, int to) {
    return decode(line, from + TYPE_AT, quote(line, from + TYPE_AT, to));
  }

  /// Milliseconds since the epoch; [EventTime#NONE] if the line has no time.
  static long time(byte[] line, int from, int to) {
    int at = find(line, from, to, TIMESTAMP);
    return at < 0 ? EventTime.NONE : EventTime.parse(line, at, quote(line, at, to));
  }

  static boolean has(byte[] line, int from, int to, byte[] key, byte[] value) {
    int at = find(line, from, to, key);
    return at >= 0 && startsWith(line, at, to, value);
  }

  /// `value` ends with its quote, so that it matches only as a whole.
  static boolean startsWith(byte[] line, int at, int to, byte[] value) {
    return to - at >= value.length
        && Arrays.equals(line, at, at + value.length, value, 0, value.length);
  }

  /// Where the value of a leading text field begins, or -1.
  private static int find(byte[] line, int from, int to, byte[] key) {
    int at = from + 1;
    while (at < to && line[at] == '"') {
      int keyEnd = quote(line, at + 1, to);
      if (keyEnd + 2 >= to || line[keyEnd + 1] != ':' || line[keyEnd + 2] != '"') {
        return -1;
      }
      int value = keyEnd + 3;
      if (keyEnd - at - 1 == key.length && startsWith(line, at + 1, to, key)) {
        return value;
      }
      at = quote(line, value, to) + 2; // over the quote and the comma
    }
    return -1;
  }

  /// The number its writer gave the line; 0 if it has none.
  static long seq(byte[] line, int from, int to) {
    int at = from + 1;
    while (at < to && line[at] == '"') {
      int keyEnd = quote(line, at + 1, to);
      if (startsWith(line, at, to, SEQ)) {
        return digits(line, at + SEQ.length, to);
      }
      if (keyEnd + 2 >= to || line[keyEnd + 1] != ':' || line[keyEnd + 2] != '"') {
        return 0;
      }
      at = quote(line, keyEnd + 3, to) + 2;
    }
    return 0;
  }

  private static long digits(byte[] line, int from, int to) {
    long value = 0;
    for (int at = from; at < to && line[at] >= '0' && line[at] <= '9'; at++) {
      value = 10 * value + line[at] - '0';
    }
    return value;
  }

  /// Where the name of the line's writer is, or -1. It stands in the metadata at the end.
  static int writer(byte[] line, int from, int to) {
    int last = to - TAIL - WRITER_DIGITS;
    for (int at = last - WRITER.length; at >= Math.max(from, last - LONGEST_THREAD); at--) {
      if (line[at + 2] == 'w' && startsWith(line, at, to, WRITER)) {
        return at + WRITER.length;
      }
    }
    return -1;
  }

  private static int quote(byte[] line, int from, int to) {
    int at = from;
    while (at < to && line[at] != '"') {
      at++;
    }
    return at;
  }

  private static String decode(byte[] line, int from, int to) {
    String text = new String(line, from, to - from, StandardCharsets.UTF_8);
    return text.indexOf('\\') < 0 ? text : unescaped(text);
  }

  /// The only escape our writer uses is a backslash, `u` and four digits.
  private static String unescaped(String text) {
    StringBuilder plain = new StringBuilder(text.length());
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\' && i + 6 <= text.length()) {
        plain.append((char) Integer.parseInt(text, i + 2, i + 6, 16));
        i += 5;
      } else {
        plain.append(text.charAt(i));
      }
    }
    return plain.toString();
  }

  /// Whether our writer made the line, which then had a checksum: it names itself near the end.
  static boolean isSigned(byte[] line, int from, int to) {
    return opensAsOurs(line, from, to) && writer(line, from, to + TAIL) >= 0;
  }

  /// Whether the checksum is written as our writer does: a stray character may read as `f`.
  static boolean hasPlainDigits(byte[] line, int to) {
    for (int i = to - TAIL + CRC.length; i < to - 2; i++) {
      if ((line[i] < '0' || line[i] > '9') && (line[i] < 'a' || line[i] > 'f')) {
        return false;
      }
    }
    return true;
  }

  /// -1 in all bits cannot be told from `ffffffff`; a digit that is none gives a wrong sum anyhow.
  private static int hex(byte[] line, int from) {
    int value = 0;
    for (int i = from; i < from + CRC_DIGITS; i++) {
      value = value << 4 | (Character.digit(line[i], 16) & 0xf);
    }
    return value;
  }

  static byte[] key(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
