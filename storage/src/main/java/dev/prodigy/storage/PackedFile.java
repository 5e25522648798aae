package dev.prodigy.storage;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/// An archived segment: gzip that any `zcat` reads, made so that it can be read from any position.
///
/// The text is cut into blocks of [#BLOCK] bytes; each is a gzip member of its own. A last, empty
/// member carries in its extra field (RFC 1952, 2.3.1.1) what finding a block takes:
///
/// ```
/// 10 bytes  gzip header with FEXTRA
///  2        length of the extra field
///  4        subfield "PE" and its length
///  4 n      packed length of each of the n blocks
///  8        length of the text
///  4        n
///  4        "PIDX"
/// 10        an empty deflate block, CRC and length of nothing
/// ```
///
/// All numbers are little-endian, as in gzip. The last part has a fixed size, so it is found from
/// the end. A gzip file of another maker has no such member: see [UnpackedFile].
final class PackedFile implements SegmentFile {
  /// Bytes of text in a block: small enough to read a line cheaply, large enough to pack well.
  static final int BLOCK = 256 << 10;

  static final int HEADER = 10;
  static final int TRAILER = 8;
  static final byte[] END = {3, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  static final int MAGIC = 'P' | 'I' << 8 | 'D' << 16 | 'X' << 24;

  /// From the length of the text to the end of the file.
  private static final int TAIL = 8 + 4 + 4 + END.length;

  /// An extra field has at most 64 KiB.
  static final int MOST_BLOCKS = (0xffff - 4 - 16) / 4;

  private final RandomAccessFile file;
  private final long size;

  /// Where each block begins in the file, and where the last one ends.
  private final long[] starts;

  private final Inflater inflater = new Inflater(true);
  private final byte[] block = new byte[BLOCK];
  private int loaded = -1;

  private PackedFile(RandomAccessFile file, long size, long[] starts) {
    this.file = file;
    this.size = size;
    this.starts = starts;
  }

  static SegmentFile open(Path path) throws IOException {
    RandomAccessFile file = new RandomAccessFile(path.toFile(), "r");
    try {
      ByteBuffer tail = tail(file);
      if (tail == null) {
        file.close();
        return UnpackedFile.isGzip(path)
            ? UnpackedFile.open(path)
            : new SegmentFile.Plain(path.toFile());
      }
      long size = tail.getLong();
      return new PackedFile(file, size, starts(file, tail.getInt()));
    } catch (IOException e) {
      file.close();
      throw e;
    }
  }

  static long unpackedSize(Path path) throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      ByteBuffer tail = tail(file);
      if (tail != null) {
        return tail.getLong();
      }
      return UnpackedFile.isGzip(path) ? UnpackedFile.size(path) : file.length();
    }
  }

  /// Length of the text and number of blocks; null if the file is not one of ours.
  private static @org.jspecify.annotations.Nullable ByteBuffer tail(RandomAccessFile file)
      throws IOException {
    if (file.length() < HEADER + 2 + 4 + TAIL) {
      return null;
    }
    byte[] tail = new byte[TAIL];
    file.seek(file.length() - TAIL);
    file.readFully(tail);
    ByteBuffer numbers = ByteBuffer.wrap(tail).order(ByteOrder.LITTLE_ENDIAN);
    return numbers.getInt(12) == MAGIC ? numbers : null;
  }

  private static long[] starts(RandomAccessFile file, int blocks) throws IOException {
    if (blocks < 0 || blocks > MOST_BLOCKS) {
      throw new IOException("damaged index: " + blocks + " blocks");
    }
    byte[] table = new byte[4 * blocks];
    file.seek(file.length() - TAIL - table.length);
    file.readFully(table);
    ByteBuffer lengths = ByteBuffer.wrap(table).order(ByteOrder.LITTLE_ENDIAN);
    long[] starts = new long[blocks + 1];
    for (int i = 0; i < blocks; i++) {
      starts[i + 1] = starts[i] + lengths.getInt();
    }
    return starts;
  }

  @Override
  public int read(long at, byte[] to, int offset, int length) throws IOException {
    if (at >= size) {
      return -1;
    }
    int wanted = (int) (at / BLOCK);
    load(wanted);
    int from = (int) (at - (long) wanted * BLOCK);
    int count = Math.min(length, lengthOf(wanted) - from);
    System.arraycopy(block, from, to, offset, count);
    return count;
  }

  private int lengthOf(int wanted) {
    return (int) Math.min(BLOCK, size - (long) wanted * BLOCK);
  }

  private void load(int wanted) throws IOException {
    if (wanted == loaded) {
      return;
    }
    if (wanted + 1 >= starts.length) {
      throw new EOFException("the index ends before block " + wanted);
    }
    byte[] packed = new byte[(int) (starts[wanted + 1] - starts[wanted])];
    file.seek(starts[wanted]);
    file.readFully(packed);
    loaded = -1;
    inflater.reset();
    inflater.setInput(packed, HEADER, packed.length - HEADER - TRAILER);
    int length = lengthOf(wanted);
    int filled = 0;
    try {
      while (filled < length && !inflater.finished()) {
        int some = inflater.inflate(block, filled, length - filled);
        if (some == 0 && inflater.needsInput()) {
          break;
        }
        filled += some;
      }
    } catch (DataFormatException e) {
      throw new IOException("block " + wanted + " is damaged: " + e.getMessage(), e);
    }
    CRC32 crc = new CRC32();
    crc.update(block, 0, filled);
    ByteBuffer trailer = ByteBuffer.wrap(packed).order(ByteOrder.LITTLE_ENDIAN);
    if (filled != length || trailer.getInt(packed.length - TRAILER) != (int) crc.getValue()) {
      throw new IOException("block " + wanted + " is damaged: its checksum is wrong");
    }
    loaded = wanted;
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    file.close();
  }
}
