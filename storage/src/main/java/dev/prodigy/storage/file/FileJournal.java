package dev.prodigy.storage.file;

import dev.prodigy.model.JournalRecord;
import dev.prodigy.model.Owner;
import dev.prodigy.storage.MapJournal;
import dev.prodigy.storage.ProcessIdentity;
import dev.prodigy.storage.StorageException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// `map-progress.jsonl`, written by one thread for everyone.
///
/// Whoever appends puts its record into a queue and waits. The writing thread takes all that has
/// gathered while it was flushing the batch before, numbers it, and makes it durable with one write
/// and one flush: so the number of flushes does not grow with the number of agents. Nobody can
/// interrupt that thread, which matters, since agents are stopped by interrupts and an interrupt
/// would close the file under all of them.
///
/// A batch that could not be written is cut off again and its numbers are given to the next one, so
/// numbers stay gapless. After a failed flush nobody knows what is on disk; from then on every
/// append fails, and the next run finds out.
final class FileJournal implements MapJournal {
  private final Documents documents;
  private final JournalFile file;
  private final Owner owner = ProcessIdentity.current();
  private final ConcurrentLinkedQueue<Pending> queue = new ConcurrentLinkedQueue<>();
  private final ExecutorService writer =
      Executors.newSingleThreadExecutor(Thread.ofPlatform().daemon().name("map-journal").factory());

  private volatile long lastSeq;
  private volatile long sizeBytes;

  private FileJournal(Documents documents, JournalFile file, long lastSeq) {
    this.documents = documents;
    this.file = file;
    this.lastSeq = lastSeq;
    this.sizeBytes = file.size();
  }

  /// Opens or makes the journal. A torn tail goes to `.map-progress.jsonl.torn`.
  ///
  /// @param contained no record up to this number may be numbered again
  static FileJournal open(Documents documents, Path path, long contained) {
    try {
      JournalFile file = PrivateFiles.uninterrupted(() -> JournalFile.open(path));
      if (file.tornBytes() > 0) {
        documents.notice(
            "Set aside %d bytes of an unfinished record: %s"
                .formatted(file.tornBytes(), JournalFile.torn(path)));
      }
      return new FileJournal(documents, file, Math.max(file.lastSeq(), contained));
    } catch (IOException e) {
      throw StorageException.io(path, e);
    }
  }

  /// A record on its way to the disk.
  private static final class Pending {
    final Entry entry;
    @Nullable JournalRecord written;
    @Nullable StorageException failure;

    Pending(Entry entry) {
      this.entry = entry;
    }
  }

  @Override
  public JournalRecord append(Entry entry) {
    var pending = new Pending(entry);
    queue.add(pending);
    // Returns at once if an earlier call's task has written this record, too.
    onWriter(
        () -> {
          writeQueued();
          return pending;
        });
    if (pending.failure != null) {
      throw pending.failure;
    }
    JournalRecord written = pending.written;
    if (written == null) {
      throw new IllegalStateException("a record neither written nor failed: " + entry);
    }
    return written;
  }

  private void writeQueued() {
    var batch = new ArrayList<Pending>();
    for (Pending next = queue.poll(); next != null; next = queue.poll()) {
      batch.add(next);
    }
    if (batch.isEmpty()) {
      return;
    }
    try {
      write(batch);
    } catch (IOException e) {
      var failure = StorageException.io(file.path(), e);
      batch.forEach(pending -> pending.failure = failure);
    }
  }

  private void write(List<Pending> batch) throws IOException {
    var lines = new ByteArrayOutputStream();
    var numbered = new LinkedHashMap<Pending, JournalRecord>();
    for (Pending pending : batch) {
      JournalRecord next = numbered(pending.entry, lastSeq + numbered.size() + 1);
      try {
        lines.writeBytes(JournalLines.write(next));
        numbered.put(pending, next);
      } catch (StoredJson.Unwritable e) { // the others are not to blame
        pending.failure = StorageException.notWritable(file.path(), e);
      }
    }
    file.append(lines.toByteArray());
    numbered.forEach((pending, next) -> pending.written = next);
    lastSeq = numbered.isEmpty() ? lastSeq : numbered.lastEntry().getValue().seq();
    sizeBytes = file.size();
  }

  private JournalRecord numbered(Entry entry, long seq) {
    return new JournalRecord(
        seq,
        documents.now(),
        entry.itemId(),
        entry.outcome(),
        entry.attempt(),
        entry.agentId(),
        owner.pid(),
        owner.processStartedAt(),
        entry.commits(),
        entry.result(),
        entry.failure(),
        entry.disposition(),
        entry.artifacts());
  }

  @Override
  public void replay(long afterSeq, Consumer<JournalRecord> each) {
    long end =
        onWriter(
            () -> {
              file.ensureInPlace();
              return file.size();
            });
    try (var lines = new LineScanner(file.path(), end)) {
      new JournalReplay(file.path(), afterSeq, each).run(lines);
    } catch (IOException e) {
      throw StorageException.io(file.path(), e);
    }
  }

  @Override
  public void trim(long upToSeq) {
    sizeBytes =
        onWriter(
            () -> {
              file.dropUpTo(upToSeq);
              return file.size();
            });
  }

  @Override
  public long lastSeq() {
    return lastSeq;
  }

  @Override
  public long sizeBytes() {
    return sizeBytes;
  }

  @Override
  public void close() {
    if (writer.isShutdown()) {
      return;
    }
    onWriter(
        () -> {
          file.close();
          return file;
        });
    writer.shutdown();
  }

  /// Runs the task on the writing thread and waits for it, through interrupts.
  private <T> T onWriter(Callable<T> task) {
    try {
      return awaited(writer.submit(task));
    } catch (RejectedExecutionException e) {
      throw new IllegalStateException("the journal is closed: " + file.path(), e);
    }
  }

  private <T> T awaited(Future<T> future) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return future.get();
        } catch (InterruptedException _) {
          interrupted = true;
        } catch (ExecutionException e) {
          throw failure(e.getCause());
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private RuntimeException failure(@Nullable Throwable cause) {
    return switch (cause) {
      case IOException e -> StorageException.io(file.path(), e);
      case RuntimeException e -> e;
      case null, default -> new IllegalStateException("writing " + file.path(), cause);
    };
  }
}
