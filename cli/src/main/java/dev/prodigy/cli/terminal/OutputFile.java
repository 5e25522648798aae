package dev.prodigy.cli.terminal;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.concurrent.ThreadLocalRandom;

/// Files that users name: each is replaced as a whole, or stays as it was.
public final class OutputFile {

  /// Writes the content.
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private OutputFile() {}

  public static void replace(Path file, Content content) {
    String random = Long.toHexString(ThreadLocalRandom.current().nextLong());
    Path temporary = file.resolveSibling(".%s.tmp-%s".formatted(file.getFileName(), random));
    try {
      try (var raw = new FileOutputStream(temporary.toFile());
          var out = new BufferedOutputStream(raw, 1 << 16)) {
        content.writeTo(out);
        out.flush();
        raw.getFD().sync();
      }
      Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      remove(temporary, e);
      throw new ProdigyException(
          ErrorCode.STORAGE_IO, "Cannot write " + file, file.toString(), e.getMessage(), null, e);
    } catch (RuntimeException e) {
      remove(temporary, e);
      throw e;
    }
  }

  private static void remove(Path temporary, Exception failure) {
    try {
      Files.deleteIfExists(temporary);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  public static ProdigyException unreadable(Path file, IOException e) {
    return new ProdigyException(
        ErrorCode.STORAGE_IO, "Cannot read " + file, file.toString(), e.getMessage(), null, e);
  }
}
