package dev.prodigy.storage.file;

import dev.prodigy.storage.PackedOutput;
import dev.prodigy.storage.Segment;
import dev.prodigy.storage.SegmentLines;
import dev.prodigy.storage.StorageException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Copies what a segment loses into the archive: one file, or several if it is more than one holds.
/// When [#finish] returns, every file is on disk and has been read again and compared.
final class ArchiveOutput implements AutoCloseable {
  private final Segment source;
  private final EventArchive archive;
  private final boolean named;
  private final List<Path> files = new ArrayList<>();
  private final CRC32C crc = new CRC32C();
  private @Nullable PendingFile pending;
  private @Nullable OutputStream out;
  private long before;
  private long written;
  private long newest = Long.MIN_VALUE;

  /// @param named whether the source is a segment of a job
  ArchiveOutput(Segment source, EventArchive archive, boolean named) {
    this.source = source;
    this.archive = archive;
    this.named = named;
  }

  void add(byte[] line, int from, int length, long timeMillis) throws IOException {
    if (written + length > PackedOutput.MOST_BYTES) {
      finishFile();
    }
    OutputStream to = out == null ? open() : out;
    to.write(line, from, length);
    crc.update(line, from, length);
    written += length;
    newest = Math.max(newest, timeMillis);
  }

  private OutputStream open() throws IOException {
    PrivateFiles.createDirectories(archive.directory());
    PendingFile file = new PendingFile(place());
    pending = file;
    OutputStream to =
        archive.compressed() ? new PackedOutput(file.out(), archive.level()) : file.out();
    out = to;
    return to;
  }

  /// Of a segment, the place that its name gives: what is there is our own from before we died, and
  /// the segment still has it. Of another file, a free place.
  private Path place() {
    Path directory = archive.directory();
    if (named) {
      return directory.resolve(source.archiveName(before, archive.compressed()));
    }
    Instant at = Instant.now();
    Path place = directory.resolve(Segment.archiveName(at, archive.compressed()));
    while (Files.exists(place)) {
      at = at.plusMillis(1);
      place = directory.resolve(Segment.archiveName(at, archive.compressed()));
    }
    return place;
  }

  /// @return the files made
  List<Path> finish() throws IOException {
    finishFile();
    return files;
  }

  private void finishFile() throws IOException {
    PendingFile file = pending;
    OutputStream to = out;
    if (file == null || to == null) {
      return;
    }
    if (archive.compressed()) {
      to.close(); // writes the end; the stream below stays open
    }
    file.place(newest);
    pending = null;
    out = null;
    verify(file.file());
    files.add(file.file());
    before += written;
    written = 0;
    crc.reset();
    newest = Long.MIN_VALUE;
  }

  private void verify(Path file) {
    CRC32C found = new CRC32C();
    long[] length = new long[1];
    SegmentLines.each(
        Segment.ofFile(file),
        (buffer, from, count, _) -> {
          found.update(buffer, from, count);
          length[0] += count;
        });
    if (length[0] != written || found.getValue() != crc.getValue()) {
      throw StorageException.damaged(file, "the archive does not hold what was written to it");
    }
  }

  @Override
  public void close() throws IOException {
    if (pending != null) {
      pending.close();
    }
  }
}
