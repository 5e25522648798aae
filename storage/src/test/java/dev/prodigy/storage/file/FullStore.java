package dev.prodigy.storage.file;

import static dev.prodigy.storage.file.Samples.JOB;
import static dev.prodigy.storage.file.Samples.NOON;
import static dev.prodigy.storage.file.Samples.SESSION;

import dev.prodigy.model.CheckpointReason;
import dev.prodigy.model.CompletedStep;
import dev.prodigy.model.Event;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JournalRecord;
import dev.prodigy.model.MapCheckpoint;
import dev.prodigy.model.Orphan;
import dev.prodigy.model.Phase;
import dev.prodigy.model.ReduceCheckpoint;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SetupCheckpoint;
import dev.prodigy.model.WorkflowCheckpoint;
import dev.prodigy.model.WorktreeRecord;
import dev.prodigy.storage.Checkpoints;
import dev.prodigy.storage.JobStore;
import dev.prodigy.storage.MapJournal;
import dev.prodigy.storage.RepositoryNames;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.WriterIdentity;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/// A store with one of everything, as the real writers make it: a paused MapReduce job, a
/// sequential run and what belongs to no run. And hands to spoil it.
public final class FullStore {
  public static final String EVENTS = "events/prodigy/mapreduce-123";
  public static final String STATE = "state/prodigy/mapreduce/jobs/mapreduce-123";
  public static final SessionId STEPS = new SessionId("session-steps");

  public final Path root;
  public final FileStore store;

  public FullStore(Path root) {
    this.root = root;
    this.store = FileStore.open(root);
    RepositoryStore repository = store.repository(new RepoName("prodigy"));
    store.names().register(new RepositoryNames.Identity(root, root.resolve(".git"), "first", null));
    store.sessions().create(Samples.session(SESSION));
    repository.mappings().record(SESSION, JOB, "review", NOON);
    job(repository.job(JOB));
    steps(repository);
    events(repository);
    repository.worktrees().save(record());
    Path left = worktree("mapreduce-agent-left");
    repository
        .orphans()
        .add(
            JOB,
            new Orphan(left.toString(), JOB.agent(ItemId.of(1)), ItemId.of(1), NOON, "busy", null));
  }

  private Path worktree(String name) {
    try {
      return Files.createDirectories(root.resolve("worktrees/prodigy/" + name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void job(JobStore job) {
    job.saveState(Samples.jobState(JOB, SESSION, NOON));
    job.saveWorkflow("name: review\n");
    job.saveOutput(ItemId.of(0), "much text");
    var samples = new Samples(7);
    MapCheckpoint first = samples.mapCheckpoint(8, 2);
    var header = new Checkpoints.Header(SESSION, Phase.SETUP, CheckpointReason.INTERVAL, 0, 0);
    job.checkpoints()
        .saveSetup(new SetupCheckpoint(true, 1, 1, List.of(), Map.of(), Map.of(), null), header);
    job.checkpoints().saveMap(first, Samples.header(first, CheckpointReason.PHASE_TRANSITION));
    job.checkpoints().saveMap(first, Samples.header(first, CheckpointReason.INTERVAL));
    for (int i = 0; i < 2; i++) {
      job.checkpoints()
          .saveReduce(
              new ReduceCheckpoint(
                  List.of(0),
                  1,
                  2,
                  List.of(),
                  Map.of(),
                  new ReduceCheckpoint.MapResults(1, 1, 0, "map"),
                  null),
              header);
    }
    try (MapJournal journal = job.openJournal()) {
      for (int i = 0; i < 6; i++) {
        journal.append(
            new MapJournal.Entry(
                ItemId.of(i),
                JournalRecord.Outcome.STARTED,
                1,
                JOB.agent(ItemId.of(i)),
                List.of(),
                null,
                null,
                null,
                null));
      }
    }
    job.deadLetters().add(Samples.deadLetter(1, 1, "first"), () -> {});
    job.deadLetters().add(Samples.deadLetter(2, 1, "second"), () -> {});
    job.deadLetters().flush();
  }

  private static void steps(RepositoryStore repository) {
    for (int done = 1; done <= 3; done++) {
      repository.workflowCheckpoints().save(checkpoint(done), CheckpointReason.INTERVAL);
    }
  }

  private static WorkflowCheckpoint checkpoint(int done) {
    List<CompletedStep> steps =
        IntStream.range(0, done)
            .mapToObj(
                i ->
                    new CompletedStep(
                        i,
                        "shell: x",
                        true,
                        null,
                        Map.of(),
                        Duration.ofMillis(9),
                        NOON,
                        0,
                        null,
                        null,
                        null))
            .toList();
    return new WorkflowCheckpoint(
        "workflow-1",
        STEPS,
        done,
        20,
        WorkflowCheckpoint.Status.RUNNING,
        NOON,
        1,
        1,
        steps,
        Map.of(),
        "sha256:00",
        List.of("sha256:01"),
        "review",
        null,
        new WorkflowCheckpoint.WorktreeState("n", "/p", "b", "h", null),
        List.of("arg"),
        null,
        null,
        null);
  }

  private static void events(RepositoryStore repository) {
    var who = new WriterIdentity(SESSION, "correlation-1");
    for (int segment = 0; segment < 2; segment++) {
      try (var log = repository.events(who, _ -> {})) {
        for (int i = 0; i < 5; i++) {
          log.append(JOB, new Event.MapPhaseStarted(i, segment));
        }
      }
    }
    repository.maintenance(JOB, new Event.DLQItemsCleared(2), who);
  }

  private static WorktreeRecord record() {
    return new WorktreeRecord(
        SESSION.value(),
        SESSION.value(),
        "prodigy-" + SESSION,
        "main",
        "abc",
        "abc",
        NOON,
        NOON,
        null,
        null,
        WorktreeRecord.Status.INTERRUPTED,
        false,
        null,
        null,
        true,
        1,
        "session",
        "/w",
        "/r",
        null,
        null,
        null,
        null,
        null);
  }

  public Path path(String inside) {
    return root.resolve(inside);
  }

  /// Files of a directory whose names begin so, by name.
  public List<Path> files(String directory, String prefix) {
    try (var files = Files.list(root.resolve(directory))) {
      return files.filter(f -> f.getFileName().toString().startsWith(prefix)).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Inverts one bit of the byte.
  public static void flip(Path file, long offset) {
    try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.seek(offset);
      int old = bytes.read();
      bytes.seek(offset);
      bytes.write(old ^ 1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void truncate(Path file, long length) {
    try (var bytes = new RandomAccessFile(file.toFile(), "rw")) {
      bytes.setLength(length);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Where a line begins; the first one is 0.
  public static long lineStart(Path file, int line) {
    try {
      byte[] bytes = Files.readAllBytes(file);
      int start = 0;
      for (int at = 0, seen = 0; seen < line; at++) {
        if (bytes[at] == '\n') {
          seen++;
          start = at + 1;
        }
      }
      return start;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// With the files' ages.
  public static void copy(Path from, Path to) {
    try (var files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void delete(Path tree) {
    try (var files = Files.walk(tree)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
