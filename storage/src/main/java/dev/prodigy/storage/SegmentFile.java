package dev.prodigy.storage;

import java.io.Closeable;
import java.io.File;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// The text of a segment, open for reading at any position. Not for several threads.
interface SegmentFile extends Closeable {

  /// Reads some bytes at a position of the text.
  ///
  /// @return how many, at least one; -1 at the end
  int read(long at, byte[] to, int offset, int length) throws IOException;

  @Override
  void close() throws IOException;

  /// Null if the file is no longer there.
  static @Nullable SegmentFile open(Segment segment) {
    Path path = segment.path();
    try {
      return segment.packed() ? PackedFile.open(path) : new Plain(path.toFile());
    } catch (FileNotFoundException e) {
      if (path.toFile().exists()) {
        throw StorageException.io(path, e);
      }
      return null;
    } catch (IOException e) {
      throw StorageException.io(path, e);
    }
  }

  /// Bytes of the text of a packed file; 0 if it is gone.
  static long unpackedSize(Path path) {
    try {
      return PackedFile.unpackedSize(path);
    } catch (FileNotFoundException e) {
      if (path.toFile().exists()) {
        throw StorageException.io(path, e);
      }
      return 0;
    } catch (IOException e) {
      throw StorageException.io(path, e);
    }
  }

  /// A segment as its writer made it.
  final class Plain implements SegmentFile {
    private final RandomAccessFile file;
    private long position;

    Plain(File file) throws FileNotFoundException {
      this.file = new RandomAccessFile(file, "r");
    }

    @Override
    public int read(long at, byte[] to, int offset, int length) throws IOException {
      if (at != position) {
        file.seek(at);
        position = at;
      }
      int read = file.read(to, offset, length);
      position += Math.max(read, 0);
      return read;
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
