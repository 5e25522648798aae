package dev.prodigy.storage.file;

import java.security.SecureRandom;
import java.util.SplittableRandom;

/// Makes UUIDs of version 7: 48 bits of time, 12 bits that count, 62 random bits. Ids of one maker
/// sort in the order they were made, as long as it makes fewer than 4096 in a millisecond. Not for
/// several threads.
final class EventIds {
  private static final long VERSION_7 = 0x7000L;
  private static final long VARIANT = 0x8000_0000_0000_0000L;

  private final SplittableRandom random = new SplittableRandom(new SecureRandom().nextLong());
  private int count;

  /// Adds the text of the next id.
  void next(long millis, LineBuffer to) {
    count = (count + 1) & 0xfff;
    long low = random.nextLong() >>> 2 | VARIANT;
    to.hex(millis >>> 16, 8);
    to.raw('-');
    to.hex(millis, 4);
    to.raw('-');
    to.hex(VERSION_7 | count, 4);
    to.raw('-');
    to.hex(low >>> 48, 4);
    to.raw('-');
    to.hex(low, 12);
  }
}
