package dev.prodigy.storage;

import java.io.IOException;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/// Reads stretches of segments and gathers the events in them; keeps its buffer from one to the
/// next. One thread's.
///
/// @param <R> what the events of a stretch are gathered into
final class ChunkWorker<R> {
  /// Bytes of a segment that are one task.
  static final int CHUNK = 2 << 20;

  /// Measured: a second thread gives 1.2 to 1.5 times on two cores; the disk gives no more.
  static final int THREADS = 2;

  /// So many results wait at most.
  static final int AHEAD = 4;

  /// The gathered events of a stretch, how many of its lines were none, and whether every event
  /// before it is older than the filter wants.
  record Result<R>(R gathered, long unreadable, boolean tooOld) {}

  private final LineJudge judge;
  private final Supplier<R> empty;
  private final BiConsumer<R, EventLine> gather;
  private final byte[] buffer = new byte[LineReader.BUFFER];

  ChunkWorker(EventFilter filter, Supplier<R> empty, BiConsumer<R, EventLine> gather) {
    this.judge = new LineJudge(filter);
    this.empty = empty;
    this.gather = gather;
  }

  static ExecutorService threads() {
    return Executors.newFixedThreadPool(
        THREADS, Thread.ofPlatform().name("event-scan-", 1).daemon().factory());
  }

  /// The lines that begin in `[from, stop)`.
  Result<R> work(Segment segment, long from, long stop) {
    R gathered = empty.get();
    long before = judge.unreadable();
    boolean tooOld = false;
    try (LineReader lines = LineReader.open(segment, from, stop, buffer, segment.quiet())) {
      if (lines != null) {
        tooOld = gather(lines, segment, gathered);
      }
    } catch (IOException e) {
      throw StorageException.io(segment.path(), e);
    }
    return new Result<>(gathered, judge.unreadable() - before, tooOld);
  }

  private boolean gather(LineReader lines, Segment segment, R gathered) throws IOException {
    boolean first = true;
    boolean tooOld = false;
    while (lines.next()) {
      EventLine event =
          judge.judge(lines.buffer(), lines.start(), lines.end(), segment, lines.after());
      if (event != null) {
        gather.accept(gathered, event);
      } else if (first) {
        tooOld = judge.isTooOld(lines.buffer(), lines.start(), lines.end());
      }
      first = false;
    }
    judge.countUnreadable(lines.dropped());
    return tooOld;
  }

  static <R> Result<R> result(Future<Result<R>> future) {
    try {
      return future.get();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while reading events");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof StorageException known) {
        throw known;
      }
      throw new IllegalStateException("reading events failed", e.getCause());
    }
  }
}
