package dev.prodigy.storage.file;

import dev.prodigy.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/// Puts a whole checkpoint in the place of a damaged one: the one before it. What happened since is
/// in the journal of a job; a sequential run does one step again.
public final class CheckpointRepair {
  private static final String WORKFLOW = ".checkpoint.json";

  private CheckpointRepair() {}

  /// Keeps the damaged file as `<name>.corrupt`. The caller holds the run's lock.
  ///
  /// @return what was done; empty if nothing before it is whole, and then nothing was done
  public static String repair(Path damaged) {
    Optional<Path> before = before(damaged);
    if (before.isEmpty()) {
      return "";
    }
    try {
      Path corrupt = damaged.resolveSibling(damaged.getFileName() + ".corrupt");
      Files.move(damaged, corrupt, StandardCopyOption.REPLACE_EXISTING);
      PrivateFiles.replace(damaged, out -> out.write(Files.readAllBytes(before.get())));
      return "rebuilt from %s; the damaged one is kept as %s"
          .formatted(before.get().getFileName(), corrupt.getFileName());
    } catch (IOException e) {
      throw StorageException.io(damaged, e);
    }
  }

  private static Optional<Path> before(Path damaged) {
    return candidates(damaged)
        .filter(file -> !file.equals(damaged) && CheckpointCheck.problem(file).isEmpty())
        .findFirst();
  }

  /// Newest first, of the same kind, none newer than the damaged one.
  private static Stream<Path> candidates(Path damaged) {
    Path directory = PrivateFiles.parent(damaged);
    String name = damaged.getFileName().toString();
    if (name.endsWith(WORKFLOW)) {
      return history(damaged).reversed().stream();
    }
    String prefix = name.substring(0, name.lastIndexOf('-') + 1);
    return name.equals("setup-checkpoint.json")
        ? Stream.empty()
        : Directories.files(directory, ".json").reversed().stream()
            .filter(file -> file.getFileName().toString().startsWith(prefix))
            .filter(file -> file.getFileName().toString().compareTo(name) < 0);
  }

  private static List<Path> history(Path file) {
    return Directories.files(PrivateFiles.parent(file).resolve("history"), ".json");
  }

  /// What a sequential run's checkpoint replaced.
  public static void deleteHistory(Path file) {
    for (Path old : history(file)) {
      try {
        Files.deleteIfExists(old);
      } catch (IOException e) {
        throw StorageException.io(old, e);
      }
    }
  }
}
