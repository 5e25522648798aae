package dev.prodigy.storage.file;

import dev.prodigy.model.CheckpointReason;
import dev.prodigy.model.Phase;
import dev.prodigy.storage.Checkpoints.Info;
import dev.prodigy.storage.Checkpoints.Loaded;
import dev.prodigy.storage.Checkpoints.Saved;
import dev.prodigy.storage.StorageException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.regex.Pattern;
import tools.jackson.core.JsonGenerator;

/// The files of one kind in a directory, `<prefix><stamp>.json`. Stamps are bumped until they are
/// greater than every existing one, so name order is the order of writing even if the clock jumps.
final class CheckpointSeries {
  private static final int KEPT = 10;
  private static final int ALWAYS_KEPT = 2;
  private static final Duration KEPT_FOR = Duration.ofDays(7);

  /// A user's `cat` of an expanded glob must still find them.
  private static final Duration MIGHT_BE_READ = Duration.ofMinutes(1);

  private static final String STAMP = "\\d{8}_\\d{6}_\\d{3}";

  private final Documents documents;
  private final Path directory;
  private final String prefix;
  private final Pattern names;
  private int lastVersion = -1; // not known yet

  CheckpointSeries(Documents documents, Path directory, String prefix) {
    this.documents = documents;
    this.directory = directory;
    this.prefix = prefix;
    this.names = Pattern.compile(Pattern.quote(prefix) + STAMP + "\\.json");
  }

  /// Reads the value of one file.
  @FunctionalInterface
  interface Reader<T> {
    CheckpointFile.Content<T> read(Path file) throws IOException;
  }

  /// @param metadata by version
  synchronized Saved save(
      IntFunction<CheckpointMetadata> metadata, int deepestBroken, Consumer<JsonGenerator> body) {
    int version = nextVersion();
    Path file = nextFile();
    long size = CheckpointFile.write(documents, file, metadata.apply(version), deepestBroken, body);
    lastVersion = version;
    prune();
    return new Saved(version, file, size);
  }

  private int nextVersion() {
    if (lastVersion < 0) {
      List<Path> newestFirst = files().reversed();
      lastVersion = 0;
      for (int damaged = 0; damaged < newestFirst.size(); damaged++) {
        Info info = info(newestFirst.get(damaged), true);
        if (info.valid()) {
          lastVersion = info.version() + damaged;
          break;
        }
        lastVersion = newestFirst.size();
      }
    }
    return lastVersion + 1;
  }

  /// A name behind all that are there.
  Path nextFile() {
    Instant now = documents.now();
    String stamp =
        files().reversed().stream()
            .map(file -> Timestamps.ofStamp(stamp(file)))
            .flatMap(Optional::stream)
            .findFirst()
            .filter(newest -> !newest.isBefore(now))
            .map(newest -> Timestamps.stamp(newest.plusMillis(1)))
            .orElseGet(() -> Timestamps.stamp(now));
    return directory.resolve(prefix + stamp + ".json");
  }

  private String stamp(Path file) {
    return Directories.stem(file, ".json").substring(prefix.length());
  }

  /// Oldest first.
  List<Path> files() {
    return Directories.files(directory, ".json").stream()
        .filter(file -> names.matcher(file.getFileName().toString()).matches())
        .toList();
  }

  /// The newest that can be used.
  <T> Optional<Loaded<T>> newest(Reader<T> reader) {
    return firstUsable(directory, files().reversed(), reader);
  }

  /// The first of `files` that can be used, with a warning for each one before it.
  static <T> Optional<Loaded<T>> firstUsable(Path directory, List<Path> files, Reader<T> reader) {
    var warnings = new ArrayList<String>();
    for (Path file : files) {
      try {
        CheckpointFile.Content<T> content = reader.read(file);
        CheckpointMetadata metadata = content.metadata();
        int version = metadata == null ? 0 : metadata.version();
        return Optional.of(new Loaded<>(content.body(), version, file, warnings));
      } catch (FileNotFoundException e) {
        warnings.add("Checkpoint " + file + " cannot be opened: " + e.getMessage());
      } catch (IOException e) {
        throw StorageException.io(file, e);
      } catch (StoredJson.Unreadable e) {
        warnings.add("Checkpoint " + file + " is damaged and passed over: " + e.why());
      }
    }
    if (files.isEmpty()) {
      return Optional.empty();
    }
    throw StorageException.noValidCheckpoint(directory, files.size(), String.join("; ", warnings));
  }

  private void prune() {
    List<Path> newestFirst = files().reversed();
    boolean finalSeen = false;
    for (int i = 0; i < newestFirst.size(); i++) {
      Path file = newestFirst.get(i);
      boolean isFinal = !finalSeen && isFinal(file);
      finalSeen |= isFinal;
      if (i >= ALWAYS_KEPT && !isFinal && mayGo(file, i)) {
        delete(file);
      }
    }
  }

  private boolean mayGo(Path file, int newer) {
    Duration age = age(file);
    return age.compareTo(MIGHT_BE_READ) > 0 && (newer >= KEPT || age.compareTo(KEPT_FOR) > 0);
  }

  private Duration age(Path file) {
    try {
      return Duration.between(Files.getLastModifiedTime(file).toInstant(), documents.now());
    } catch (NoSuchFileException _) { // somebody was faster
      return Duration.ZERO;
    } catch (IOException e) {
      throw StorageException.io(file, e);
    }
  }

  private boolean isFinal(Path file) {
    return info(file, false).phase() == Phase.COMPLETE;
  }

  static void delete(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw StorageException.io(file, e);
    }
  }

  /// What its metadata says, as far as it can be read.
  ///
  /// @param verify read it to its end, too, to know whether it is whole
  static Info info(Path file, boolean verify) {
    long size = 0;
    try {
      size = Files.size(file);
      var metadata =
          StoredJson.value(CheckpointFile.head(file).path("metadata"), CheckpointMetadata.class);
      return info(file, metadata, size, verify && CheckpointFile.isWhole(file));
    } catch (IOException | StoredJson.Unreadable _) { // listed as what it is: not valid
      return new Info(
          file, "", "", 0, Phase.SETUP, CheckpointReason.MANUAL, 0, 0, Instant.EPOCH, size, false);
    }
  }

  private static Info info(Path file, CheckpointMetadata of, long size, boolean valid) {
    return new Info(
        file,
        of.kind(),
        of.checkpointId(),
        of.version(),
        of.phase(),
        of.checkpointReason(),
        of.totalWorkItems(),
        of.completedItems(),
        of.createdAt(),
        size,
        valid);
  }
}
