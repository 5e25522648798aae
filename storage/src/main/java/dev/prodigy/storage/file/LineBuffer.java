package dev.prodigy.storage.file;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// Lines of JSON that go to a file in one write. Writes them by hand, three times as fast as a
/// general generator: the cost of an event is then that of the write itself.
///
/// Within text every character that needs an escape becomes backslash, `u` and four digits, never
/// the two-character form: the line then survives an `echo` that expands those. Commas are set
/// where JSON wants them. Not for several threads.
final class LineBuffer {
  private static final int INITIAL = 8 << 10;
  private static final int KEPT = 1 << 20;
  private static final int ESCAPE_LENGTH = 6;
  private static final byte[] HEX = ascii("0123456789abcdef");
  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");
  private static final byte[] NULL = ascii("null");

  private static final VarHandle LONG =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long EVERY_BYTE = 0x0101010101010101L;
  private static final long TOP_BITS = 0x8080808080808080L;
  private static final long SPACES = ' ' * EVERY_BYTE;
  private static final long QUOTES = '"' * EVERY_BYTE;
  private static final long BACKSLASHES = '\\' * EVERY_BYTE;
  private static final long DELETES = 0x7f * EVERY_BYTE;

  private byte[] bytes = new byte[INITIAL];
  private int size;

  static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  static boolean needsEscape(int c) {
    return (c >= 0 && c < ' ') || c == '"' || c == '\\' || c == 0x7f;
  }

  /// The array that holds the first [#size] bytes; valid until something is added.
  byte[] bytes() {
    return bytes;
  }

  int size() {
    return size;
  }

  void truncate(int newSize) {
    size = newSize;
  }

  /// Empties it; an exceptionally large array is given back.
  void clear() {
    size = 0;
    if (bytes.length > KEPT) {
      bytes = new byte[INITIAL];
    }
  }

  /// Bytes as they are.
  void raw(byte[] added) {
    reserve(added.length);
    System.arraycopy(added, 0, bytes, size, added.length);
    size += added.length;
  }

  void raw(char added) {
    reserve(1);
    bytes[size++] = (byte) added;
  }

  /// @param quoted the name with quotes and colon, see [#quotedName]
  void name(byte[] quoted) {
    comma();
    raw(quoted);
  }

  void name(String name) {
    text(name, Integer.MAX_VALUE);
    raw(':');
  }

  static byte[] quotedName(String name) {
    return ascii("\"" + name + "\":");
  }

  /// `{` or `[`.
  void open(char bracket) {
    comma();
    raw(bracket);
  }

  /// `}` or `]`.
  void close(char bracket) {
    raw(bracket);
  }

  void number(long value) {
    comma();
    digits(value);
  }

  void digits(long value) {
    if (value < 0) {
      raw(ascii(Long.toString(value)));
      return;
    }
    int length = 1;
    for (long rest = value / 10; rest > 0; rest /= 10) {
      length++;
    }
    reserve(length);
    long rest = value;
    for (int at = size + length - 1; at >= size; at--) {
      bytes[at] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
    size += length;
  }

  /// A number in the form JSON has for it.
  void number(String text) {
    comma();
    raw(ascii(text));
  }

  void bool(boolean value) {
    comma();
    raw(value ? TRUE : FALSE);
  }

  void nothing() {
    comma();
    raw(NULL);
  }

  /// The lowest `count` hexadecimal digits.
  void hex(long value, int count) {
    reserve(count);
    long rest = value;
    for (int at = size + count - 1; at >= size; at--) {
      bytes[at] = HEX[(int) rest & 0xf];
      rest >>>= 4;
    }
    size += count;
  }

  /// Text with its quotes.
  ///
  /// @param most bytes of UTF-8; of a longer text the beginning is kept, and it says so
  void text(String text, int most) {
    byte[] utf8 = text.getBytes(StandardCharsets.UTF_8);
    int kept = utf8.length;
    if (kept > most) {
      kept = most;
      while (kept > 0 && (utf8[kept] & 0xc0) == 0x80) {
        kept--; // not in the middle of a character
      }
    }
    comma();
    reserve(kept + 2);
    bytes[size++] = '"';
    escaped(utf8, kept);
    if (kept < utf8.length) {
      raw(omitted(utf8.length - kept, "bytes").getBytes(StandardCharsets.UTF_8));
    }
    raw('"');
  }

  /// What stands for something left out.
  static String omitted(long count, String what) {
    return "…[truncated " + count + " " + what + "]";
  }

  private void escaped(byte[] utf8, int length) {
    int done = 0;
    while (true) {
      int next = nextEscape(utf8, done, length);
      copy(utf8, done, next);
      if (next == length) {
        return;
      }
      reserve(ESCAPE_LENGTH);
      bytes[size++] = '\\';
      bytes[size++] = 'u';
      hex(utf8[next], 4);
      done = next + 1;
    }
  }

  /// The first byte from `from` on that needs an escape, else `length`. Looks at eight bytes at a
  /// time: text is long, and escapes are few.
  private static int nextEscape(byte[] utf8, int from, int length) {
    int at = from;
    while (at + Long.BYTES <= length) {
      long eight = (long) LONG.get(utf8, at);
      // Subtracting borrows into the top bit of a byte that is too small: below a space, or zero.
      // Above the first such byte the borrow may tell wrong; only the first is asked for.
      long hits =
          ((eight - SPACES) & ~eight)
              | zeros(eight ^ QUOTES)
              | zeros(eight ^ BACKSLASHES)
              | zeros(eight ^ DELETES);
      if ((hits & TOP_BITS) != 0) {
        return at + (Long.numberOfTrailingZeros(hits & TOP_BITS) >>> 3);
      }
      at += Long.BYTES;
    }
    while (at < length && !needsEscape(utf8[at])) {
      at++;
    }
    return at;
  }

  private static long zeros(long eight) {
    return (eight - EVERY_BYTE) & ~eight;
  }

  private void copy(byte[] from, int start, int end) {
    reserve(end - start);
    System.arraycopy(from, start, bytes, size, end - start);
    size += end - start;
  }

  /// Before a value or a name, unless it is the first of its list or object, or follows its name.
  private void comma() {
    byte last = size == 0 ? (byte) '\n' : bytes[size - 1];
    if (last != '{' && last != '[' && last != ':' && last != '\n') {
      raw(',');
    }
  }

  private void reserve(int more) {
    if (bytes.length - size < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, size + more));
    }
  }
}
