package dev.prodigy.storage;

import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.zip.GZIPInputStream;

/// A segment that someone packed with `gzip`: readable only from its beginning. It is unpacked once
/// per process into a temporary file that has no name any more, so that the system removes it with
/// the process, however that ends.
final class UnpackedFile implements SegmentFile {
  private static final ConcurrentHashMap<Version, RandomAccessFile> UNPACKED =
      new ConcurrentHashMap<>();

  /// A file as long as nobody has changed it.
  private record Version(Path path, long size, long modifiedMillis) {
    static Version of(Path path) {
      return new Version(path, path.toFile().length(), path.toFile().lastModified());
    }
  }

  private final RandomAccessFile text;

  private UnpackedFile(RandomAccessFile text) {
    this.text = text;
  }

  static boolean isGzip(Path path) throws IOException {
    try (InputStream in = new FileInputStream(path.toFile())) {
      return in.read() == 0x1f && in.read() == 0x8b;
    }
  }

  static UnpackedFile open(Path path) throws IOException {
    Version version = Version.of(path);
    RandomAccessFile text = UNPACKED.get(version);
    if (text == null) {
      text = unpack(path);
      RandomAccessFile first = UNPACKED.putIfAbsent(version, text);
      if (first != null) {
        text.close();
        text = first;
      }
    }
    return new UnpackedFile(text);
  }

  static long size(Path path) throws IOException {
    return open(path).text.length();
  }

  private static RandomAccessFile unpack(Path path) throws IOException {
    Path temporary = Files.createTempFile("prodigy-unpacked", ".jsonl");
    try (InputStream in =
            new GZIPInputStream(new BufferedInputStream(new FileInputStream(path.toFile())));
        OutputStream out = Files.newOutputStream(temporary)) {
      in.transferTo(out);
      return new RandomAccessFile(temporary.toFile(), "r");
    } finally {
      Files.delete(temporary);
    }
  }

  /// Threads share the file and so its position.
  @Override
  public int read(long at, byte[] to, int offset, int length) throws IOException {
    synchronized (text) {
      text.seek(at);
      return text.read(to, offset, length);
    }
  }

  /// The text stays for the next reader.
  @Override
  public void close() {}
}
