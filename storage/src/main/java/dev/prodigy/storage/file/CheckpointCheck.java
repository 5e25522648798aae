package dev.prodigy.storage.file;

import dev.prodigy.model.ReduceCheckpoint;
import dev.prodigy.model.SetupCheckpoint;
import dev.prodigy.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// Reads checkpoints to their end, as a resume would, to tell whether a resume could use them.
public final class CheckpointCheck {
  private static final String WORKFLOW = ".checkpoint.json";

  private CheckpointCheck() {}

  /// Whether a file of that name is a checkpoint: of a job, a sequential run, or its history.
  public static boolean isCheckpoint(Path file) {
    String name = file.getFileName().toString();
    return !name.startsWith(".")
        && name.endsWith(".json")
        && (name.equals("setup-checkpoint.json")
            || name.startsWith("map-checkpoint-")
            || name.startsWith("reduce-checkpoint-v1-")
            || name.endsWith(WORKFLOW)
            || isHistory(file));
  }

  private static boolean isHistory(Path file) {
    return file.getFileName().toString().startsWith("checkpoint-")
        && PrivateFiles.parent(file).endsWith("history");
  }

  /// What is wrong with a checkpoint: its JSON, its hash, its counters, or what it lacks. Empty if
  /// nothing is, or if it is not there.
  public static Optional<String> problem(Path file) {
    try {
      read(file);
      return Optional.empty();
    } catch (StoredJson.Unreadable e) {
      return Optional.of(e.why());
    } catch (StorageException e) { // a newer format
      return Optional.of(e.message());
    } catch (IOException e) {
      return Files.exists(file) ? Optional.of(reason(e)) : Optional.empty();
    }
  }

  private static void read(Path file) throws IOException {
    String name = file.getFileName().toString();
    if (name.startsWith("map-checkpoint-")) {
      FileCheckpoints.readMap(file);
    } else if (name.equals("setup-checkpoint.json")) {
      CheckpointFile.read(file, tree -> StoredJson.value(tree, SetupCheckpoint.class));
    } else if (name.startsWith("reduce-checkpoint-v1-")) {
      CheckpointFile.read(file, tree -> StoredJson.value(tree, ReduceCheckpoint.class));
    } else {
      CheckpointFile.read(file, WorkflowCheckpointFormat::read);
    }
  }

  private static String reason(IOException e) {
    return e instanceof NoSuchFileException ? "gone" : String.valueOf(e.getMessage());
  }
}
