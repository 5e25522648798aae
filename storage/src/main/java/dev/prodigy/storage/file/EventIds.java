package dev.prodigy.storage.file;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.SplittableRandom;

/// Makes UUIDs of version 7: 48 bits of time, 12 bits that count, 62 random bits. Ids of one maker
/// sort in the order they were made, as long as it makes fewer than 4096 in a millisecond. Not for
/// several threads.
final class EventIds {
  private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final long VERSION_7 = 0x7000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
  private final byte[] text = new byte[36];
  private int count;

  String next(long millis) {
    count = (count + 1) & 0xfff;
    long high = millis << 16 | VERSION_7 | count;
    long low = random.nextLong() >>> 2 | VARIANT;
    digits(high >>> 32, 8, 0);
    text[8] = '-';
    digits(high >>> 16, 4, 9);
    text[13] = '-';
    digits(high, 4, 14);
    text[18] = '-';
    digits(low >>> 48, 4, 19);
    text[23] = '-';
    digits(low, 12, 24);
    return new String(text, StandardCharsets.ISO_8859_1);
  }

  private void digits(long value, int length, int at) {
    for (int i = length - 1; i >= 0; i--) {
      text[at + i] = HEX[(int) value & 0xf];
      value >>>= 4;
    }
  }
}
