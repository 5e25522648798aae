package dev.prodigy.storage;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/// Writes the text of an archived segment in the form that [PackedFile] reads.
public final class PackedOutput extends OutputStream {
  /// More text than this does not fit into one file.
  public static final long MOST_BYTES = (long) PackedFile.MOST_BLOCKS * PackedFile.BLOCK;

  /// What gzip does when nothing is asked of it.
  public static final int USUAL_LEVEL = Deflater.DEFAULT_COMPRESSION;

  private static final byte[] MEMBER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
  private static final byte FEXTRA = 4;

  private final OutputStream out;
  private final Deflater deflater;
  private final byte[] block = new byte[PackedFile.BLOCK];
  private final byte[] packed = new byte[PackedFile.BLOCK + (PackedFile.BLOCK >> 8) + 64];
  private final int[] lengths = new int[PackedFile.MOST_BLOCKS];
  private int blocks;
  private int filled;
  private long size;

  /// @param out is flushed and left open by [#close]
  public PackedOutput(OutputStream out) {
    this(out, USUAL_LEVEL);
  }

  /// @param level 1 (fast) to 9 (small), or [#USUAL_LEVEL]
  public PackedOutput(OutputStream out, int level) {
    this.out = out;
    this.deflater = new Deflater(level, true);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int at = offset;
    int left = length;
    while (left > 0) {
      int some = Math.min(left, block.length - filled);
      System.arraycopy(bytes, at, block, filled, some);
      filled += some;
      at += some;
      left -= some;
      if (filled == block.length) {
        writeBlock();
      }
    }
    size += length;
  }

  private void writeBlock() throws IOException {
    if (blocks == lengths.length) {
      throw new IOException("more than " + MOST_BYTES + " bytes for one archive");
    }
    deflater.reset();
    deflater.setInput(block, 0, filled);
    deflater.finish();
    int length = deflater.deflate(packed);
    if (!deflater.finished()) {
      throw new IllegalStateException("a packed block is larger than deflate promises");
    }
    CRC32 crc = new CRC32();
    crc.update(block, 0, filled);
    byte[] trailer = new byte[PackedFile.TRAILER];
    numbers(trailer).putInt((int) crc.getValue()).putInt(filled);
    out.write(MEMBER);
    out.write(packed, 0, length);
    out.write(trailer);
    lengths[blocks++] = MEMBER.length + length + PackedFile.TRAILER;
    filled = 0;
  }

  /// Ends the file; the stream below stays open.
  @Override
  public void close() throws IOException {
    if (filled > 0) {
      writeBlock();
    }
    deflater.end();
    byte[] header = MEMBER.clone();
    header[3] = FEXTRA;
    int content = 4 * blocks + 8 + 4 + 4;
    byte[] extra = new byte[2 + 4 + content];
    ByteBuffer index = numbers(extra);
    index.putShort((short) (4 + content)).put((byte) 'P').put((byte) 'E');
    index.putShort((short) content);
    for (int i = 0; i < blocks; i++) {
      index.putInt(lengths[i]);
    }
    index.putLong(size).putInt(blocks).putInt(PackedFile.MAGIC);
    out.write(header);
    out.write(extra);
    out.write(PackedFile.END);
    out.flush();
  }

  private static ByteBuffer numbers(byte[] bytes) {
    return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
  }
}
