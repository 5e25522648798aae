package dev.prodigy.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Optional;

/// The file in which a validator leaves its result, and whether it was written anew in a round.
final class ResultFile {
  /// The clock of files lags behind ours by up to a kernel tick.
  private static final long TICK_MILLIS = 10;

  private final Path file;
  private final String before;
  private final long start = System.currentTimeMillis();

  ResultFile(Path file) {
    this.file = file;
    before = identity();
  }

  /// Since this object was made.
  boolean rewritten() {
    return !identity().equals(before) || modifiedMillis() >= start - TICK_MILLIS;
  }

  /// Empty if it cannot be read.
  Optional<String> text() {
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException _) {
      return Optional.empty(); // missing, or not text: a validation that failed
    }
  }

  private String identity() {
    try {
      var about = Files.readAttributes(file, BasicFileAttributes.class);
      return "%s %d %s".formatted(about.lastModifiedTime(), about.size(), about.fileKey());
    } catch (IOException _) {
      return "missing";
    }
  }

  private long modifiedMillis() {
    try {
      return Files.getLastModifiedTime(file).toMillis();
    } catch (IOException _) {
      return Long.MIN_VALUE;
    }
  }

  @Override
  public String toString() {
    return file.toString();
  }
}
