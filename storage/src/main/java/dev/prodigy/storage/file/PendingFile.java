package dev.prodigy.storage.file;

import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;

/// A file being written beside the place it is for. It takes that place as a whole, or never.
final class PendingFile implements AutoCloseable {
  private final Path file;
  private final Path temporary;
  private final FileOutputStream raw;
  private final OutputStream out;
  private boolean placed;

  PendingFile(Path file) throws IOException {
    this.file = file;
    this.temporary = PrivateFiles.newTemporary(file);
    this.raw = new FileOutputStream(temporary.toFile());
    this.out = new BufferedOutputStream(raw, 1 << 16);
  }

  Path file() {
    return file;
  }

  OutputStream out() {
    return out;
  }

  /// On return the file is in its place and on disk.
  void place(long modifiedMillis) throws IOException {
    out.flush();
    raw.getFD().sync();
    out.close();
    Files.setLastModifiedTime(temporary, FileTime.fromMillis(modifiedMillis));
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    placed = true;
    PrivateFiles.syncDirectory(PrivateFiles.parent(file));
  }

  /// Leaves nothing behind unless [#place] was called.
  @Override
  public void close() throws IOException {
    if (!placed) {
      raw.close();
      Files.deleteIfExists(temporary);
    }
  }
}
