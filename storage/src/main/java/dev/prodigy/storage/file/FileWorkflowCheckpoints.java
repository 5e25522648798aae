package dev.prodigy.storage.file;

import dev.prodigy.model.CheckpointReason;
import dev.prodigy.model.Phase;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.WorkflowCheckpoint;
import dev.prodigy.storage.Checkpoints;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.WorkflowCheckpoints;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/// `checkpoints/<session>/<workflow id>.checkpoint.json`, with what it replaced in `history/`.
final class FileWorkflowCheckpoints implements WorkflowCheckpoints {
  private static final String SUFFIX = ".checkpoint.json";
  private static final int HISTORY = 10;
  private static final long LARGE_BYTES = 10L << 20;
  private static final long TOO_LARGE_BYTES = 100L << 20;

  private final Documents documents;
  private final Path directory;
  private final Path state;
  private final Runnable beforeFirst;
  private final Map<SessionId, Integer> lastVersions = new HashMap<>();

  /// @param directory of this repository's checkpoints
  /// @param state of all repositories, where the original tool has directories of sessions
  /// @param beforeFirst runs before the first checkpoint of a session: the repository's mappings
  ///   mark its directory as one of a repository
  FileWorkflowCheckpoints(Documents documents, Path directory, Path state, Runnable beforeFirst) {
    this.documents = documents;
    this.directory = directory;
    this.state = state;
    this.beforeFirst = beforeFirst;
  }

  @Override
  public synchronized Checkpoints.Saved save(
      WorkflowCheckpoint checkpoint, CheckpointReason reason) {
    SessionId session = checkpoint.sessionId();
    Path file = file(checkpoint);
    int version = lastVersion(session) + 1;
    if (version == 1) {
      beforeFirst.run();
    }
    keepReplaced(file);
    CheckpointMetadata metadata = metadata(checkpoint, reason, version);
    long size =
        CheckpointFile.write(
            documents,
            file,
            metadata,
            Integer.MAX_VALUE,
            out -> WorkflowCheckpointFormat.write(checkpoint, metadata.createdAt(), out),
            bytes -> requireAcceptable(file, bytes, checkpoint));
    lastVersions.put(session, version);
    return new Checkpoints.Saved(version, file, size);
  }

  private Path file(WorkflowCheckpoint checkpoint) {
    String id = new SessionId(checkpoint.workflowId()).value(); // the same rule for all ids
    return directory(checkpoint.sessionId()).resolve(id + SUFFIX);
  }

  private void requireAcceptable(Path file, long bytes, WorkflowCheckpoint checkpoint) {
    if (bytes > TOO_LARGE_BYTES) {
      String largest = WorkflowCheckpointFormat.largestVariables(checkpoint);
      throw StorageException.tooLarge(file, bytes, TOO_LARGE_BYTES, largest);
    }
    if (bytes > LARGE_BYTES) {
      documents.notice("Checkpoint %s is large: %d bytes".formatted(file, bytes));
    }
  }

  private CheckpointMetadata metadata(
      WorkflowCheckpoint checkpoint, CheckpointReason reason, int version) {
    boolean over = checkpoint.status() == WorkflowCheckpoint.Status.COMPLETED;
    return new CheckpointMetadata(
        CheckpointMetadata.FORMAT,
        "cp-" + UUID.randomUUID(),
        "workflow",
        null,
        checkpoint.sessionId(),
        version,
        documents.now(),
        over ? Phase.COMPLETE : Phase.MAP, // steps have no phase of their own
        reason,
        checkpoint.totalSteps(),
        checkpoint.completedSteps().size());
  }

  /// The old one keeps its content under a second name before the first goes to the new one.
  private void keepReplaced(Path file) {
    CheckpointSeries history = history(PrivateFiles.parent(file));
    Path kept = history.nextFile();
    try {
      if (!Files.exists(file)) {
        return;
      }
      PrivateFiles.createDirectories(PrivateFiles.parent(kept));
      Files.createLink(kept, file);
    } catch (NoSuchFileException _) { // deleted by the user this moment: nothing to keep
      return;
    } catch (IOException e) {
      throw StorageException.io(kept, e);
    }
    history.files().reversed().stream().skip(HISTORY).forEach(CheckpointSeries::delete);
  }

  private int lastVersion(SessionId session) {
    return lastVersions.computeIfAbsent(
        session,
        id ->
            all(directory(id)).stream()
                .mapToInt(file -> CheckpointSeries.info(file, false).version())
                .max()
                .orElse(0));
  }

  @Override
  public Optional<Checkpoints.Loaded<WorkflowCheckpoint>> newest(SessionId session) {
    Path own = directory(session);
    List<Path> files = all(own);
    return CheckpointSeries.firstUsable(
        own, files.isEmpty() ? foreign(session) : newestFirst(files), this::read);
  }

  private CheckpointFile.Content<WorkflowCheckpoint> read(Path file) throws IOException {
    return CheckpointFile.read(file, WorkflowCheckpointFormat::read);
  }

  /// One that cannot be told comes first: it may be the newest, and then a warning is due.
  private static List<Path> newestFirst(List<Path> files) {
    record Versioned(Path file, int version) {}
    return files.stream()
        .map(file -> new Versioned(file, CheckpointSeries.info(file, false).version()))
        .map(of -> of.version() > 0 ? of : new Versioned(of.file(), Integer.MAX_VALUE))
        .sorted(Comparator.comparingInt(Versioned::version).reversed())
        .map(Versioned::file)
        .toList();
  }

  /// Present ones and history.
  private List<Path> all(Path own) {
    return Stream.concat(
            Directories.files(own, SUFFIX).stream(), history(own).files().reversed().stream())
        .toList();
  }

  private CheckpointSeries history(Path own) {
    return new CheckpointSeries(documents, own.resolve("history"), "checkpoint-");
  }

  /// Where the original tool keeps a session's checkpoints.
  private List<Path> foreign(SessionId session) {
    return Stream.concat(
            Directories.files(state.resolve(session.value()).resolve("checkpoints"), SUFFIX)
                .stream(),
            Directories.files(directory, SUFFIX).stream())
        .filter(file -> isOf(session, file))
        .toList();
  }

  private boolean isOf(SessionId session, Path file) {
    try {
      return documents
          .read(file)
          .filter(tree -> tree.path("session_id").asString("").equals(session.value()))
          .isPresent();
    } catch (StorageException e) {
      documents.notice(e.message());
      return false;
    }
  }

  @Override
  public List<Checkpoints.Info> list() {
    return Directories.directories(directory).stream()
        .flatMap(own -> Directories.files(own, SUFFIX).stream())
        .map(file -> CheckpointSeries.info(file, true))
        .toList();
  }

  private Path directory(SessionId session) {
    return directory.resolve(session.value());
  }
}
