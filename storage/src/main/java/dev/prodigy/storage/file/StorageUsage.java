package dev.prodigy.storage.file;

import dev.prodigy.storage.StorageException;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// How much of the disk the store takes, and for what. Every file counts in exactly one category
/// and once, however many names it has; symbolic links are not followed. Files that vanish while
/// they are counted do not matter.
///
/// @param repositories by name; sessions and locks belong to none
/// @param jobs by repository and job: events, state, dead letters and archive
public record StorageUsage(
    Map<Category, Amount> categories,
    Map<String, Amount> repositories,
    Map<String, Map<String, Amount>> jobs) {

  /// What a file is for, by the top-level directory it is in.
  public enum Category {
    EVENTS,
    STATE,
    SESSIONS,
    DLQ,
    WORKTREES,
    LOGS,
    ARCHIVE,
    OTHER
  }

  /// @param bytes of files and symbolic links, without directories
  /// @param directoryBytes of the directories themselves, which `du` of coreutils before 9.2 adds
  /// @param diskBytes what `du` shows: files and directories in whole blocks of the file system
  /// @param oldest when the oldest file was changed last; null without files
  public record Amount(
      long files, long bytes, long directoryBytes, long diskBytes, @Nullable Instant oldest) {
    public static final Amount NONE = new Amount(0, 0, 0, 0, null);

    public Amount plus(Amount other) {
      return new Amount(
          files + other.files,
          bytes + other.bytes,
          directoryBytes + other.directoryBytes,
          diskBytes + other.diskBytes,
          older(oldest, other.oldest));
    }

    private static @Nullable Instant older(@Nullable Instant one, @Nullable Instant other) {
      if (one == null || other == null) {
        return one == null ? other : one;
      }
      return one.isBefore(other) ? one : other;
    }
  }

  /// All categories together.
  public Amount total() {
    return categories.values().stream().reduce(Amount.NONE, Amount::plus);
  }

  public Amount of(Category category) {
    return categories.getOrDefault(category, Amount.NONE);
  }

  /// Of a job without files: nothing.
  public Amount ofJob(String repository, String job) {
    return jobs.getOrDefault(repository, Map.of()).getOrDefault(job, Amount.NONE);
  }

  /// Measures everything under a storage root.
  ///
  /// @throws StorageException if a directory cannot be read
  public static StorageUsage measure(Path root) {
    var walk = new Walk(root);
    walk.directory(root);
    return new StorageUsage(
        Collections.unmodifiableMap(walk.categories),
        Collections.unmodifiableMap(walk.repositories),
        Collections.unmodifiableMap(walk.jobs));
  }

  /// One pass over the tree.
  private static final class Walk {
    private static final String WANTED =
        "unix:size,nlink,ino,dev,isDirectory,isSymbolicLink,lastModifiedTime";
    private static final int SHORT_TARGET = 60;

    private final Path root;
    private final Map<Category, Amount> categories = new EnumMap<>(Category.class);
    private final Map<String, Amount> repositories = new TreeMap<>();
    private final Map<String, Map<String, Amount>> jobs = new TreeMap<>();
    private final Set<Inode> counted = new HashSet<>();

    private record Inode(long device, long number) {}

    private final long blockSize;

    Walk(Path root) {
      this.root = root;
      this.blockSize = blockSize(root);
      for (Category category : Category.values()) {
        categories.put(category, Amount.NONE);
      }
    }

    private static long blockSize(Path root) {
      try {
        return Math.max(1, Files.getFileStore(root).getBlockSize());
      } catch (IOException e) {
        throw StorageException.io(root, e);
      }
    }

    private long blocks(long size) {
      return (size + blockSize - 1) / blockSize * blockSize;
    }

    void directory(Path directory) {
      try {
        visit(directory);
      } catch (NoSuchFileException _) { // deleted meanwhile
        return;
      } catch (IOException e) {
        throw StorageException.io(directory, e);
      }
    }

    private void visit(Path path) throws IOException {
      Map<String, Object> is = Files.readAttributes(path, WANTED, LinkOption.NOFOLLOW_LINKS);
      long size = get(is, "size", Long.class);
      if (get(is, "isDirectory", Boolean.class)) {
        count(path, new Amount(0, 0, size, blocks(size), null));
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
          entries.forEach(this::directory);
        }
      } else if (get(is, "nlink", Integer.class) == 1 || counted.add(inode(is))) {
        Instant changed = get(is, "lastModifiedTime", FileTime.class).toInstant();
        boolean link = get(is, "isSymbolicLink", Boolean.class);
        // A short target is kept in the inode itself.
        long onDisk = link && size < SHORT_TARGET ? 0 : blocks(size);
        count(path, new Amount(1, size, 0, onDisk, changed));
      }
    }

    private static Inode inode(Map<String, Object> is) {
      return new Inode(get(is, "dev", Long.class), get(is, "ino", Long.class));
    }

    private static <T> T get(Map<String, Object> attributes, String name, Class<T> type) {
      return type.cast(Objects.requireNonNull(attributes.get(name), name));
    }

    private void count(Path path, Amount amount) {
      Path inside = root.relativize(path);
      categories.merge(category(inside), amount, Amount::plus);
      int repository = repositoryAt(inside);
      if (repository > 0 && inside.getNameCount() > repository) {
        String name = inside.getName(repository).toString();
        repositories.merge(name, amount, Amount::plus);
        int job = jobAt(inside, repository);
        if (job > 0 && inside.getNameCount() > job) {
          jobs.computeIfAbsent(name, _ -> new TreeMap<>())
              .merge(inside.getName(job).toString(), amount, Amount::plus);
        }
      }
    }

    private static Category category(Path inside) {
      return switch (inside.getName(0).toString()) {
        case "events" -> inside.startsWith("events/archive") ? Category.ARCHIVE : Category.EVENTS;
        case "state" -> Category.STATE;
        case "sessions" -> Category.SESSIONS;
        case "dlq" -> Category.DLQ;
        case "worktrees" -> Category.WORKTREES;
        case "logs" -> Category.LOGS;
        case "archive" -> Category.ARCHIVE;
        default -> Category.OTHER;
      };
    }

    /// Which part of a path names its repository; 0 if none does.
    private static int repositoryAt(Path inside) {
      return switch (inside.getName(0).toString()) {
        case "events" -> inside.startsWith("events/archive") ? 2 : 1;
        case "archive" -> 2; // archive/events/<repo>
        case "state", "dlq", "worktrees", "logs", "orphaned_worktrees" -> 1;
        default -> 0;
      };
    }

    /// Which part of a path names its job; 0 if none does.
    private static int jobAt(Path inside, int repository) {
      return switch (inside.getName(0).toString()) {
        case "events", "archive", "dlq" -> repository + 1;
        case "state" -> {
          boolean ofJobs =
              inside.getNameCount() > repository + 2
                  && inside.subpath(repository + 1, repository + 3).endsWith("mapreduce/jobs");
          yield ofJobs ? repository + 3 : 0;
        }
        default -> 0;
      };
    }
  }
}
