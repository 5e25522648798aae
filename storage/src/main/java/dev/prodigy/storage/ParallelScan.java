package dev.prodigy.storage;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Cuts segments into chunks, works on chunks in parallel, and hands the results on in the order of
/// the chunks. A line belongs to the chunk it begins in. At most [#AHEAD] results wait, so memory
/// stays small however long the log is.
///
/// @param <R> what a chunk's events are gathered into
final class ParallelScan<R> {
  /// Bytes of a segment that are one task.
  private static final int CHUNK = 2 << 20;

  /// Less than this is read faster than threads are started.
  private static final long WORTH_THREADS = 16L << 20;

  /// Measured: a second thread gives 1.2 to 1.5 times on two cores; the disk gives no more.
  private static final int THREADS = 2;

  private static final int AHEAD = 4;

  /// The gathered events of a chunk, and how many of its lines were none.
  record Result<R>(R gathered, long unreadable) {}

  private record Chunk(Segment segment, long from, long stop) {}

  private final EventFilter filter;
  private final Supplier<R> empty;
  private final BiConsumer<R, EventLine> gather;

  ParallelScan(EventFilter filter, Supplier<R> empty, BiConsumer<R, EventLine> gather) {
    this.filter = filter;
    this.empty = empty;
    this.gather = gather;
  }

  /// @param take is given every result in order; false stops
  void run(List<Segment> segments, Predicate<Result<R>> take) {
    List<Chunk> chunks = chunks(segments);
    boolean worthThreads = (long) chunks.size() * CHUNK > WORTH_THREADS;
    if (worthThreads && Runtime.getRuntime().availableProcessors() > 1) {
      runInParallel(chunks, take);
      return;
    }
    Worker worker = new Worker();
    for (Chunk chunk : chunks) {
      if (!take.test(worker.work(chunk))) {
        return;
      }
    }
  }

  private void runInParallel(List<Chunk> chunks, Predicate<Result<R>> take) {
    ThreadLocal<Worker> workers = ThreadLocal.withInitial(Worker::new);
    ArrayDeque<Future<Result<R>>> ahead = new ArrayDeque<>();
    ExecutorService threads =
        Executors.newFixedThreadPool(
            THREADS, Thread.ofPlatform().name("event-scan-", 1).daemon().factory());
    try {
      int next = 0;
      while (next < chunks.size() || !ahead.isEmpty()) {
        while (next < chunks.size() && ahead.size() < AHEAD) {
          Chunk chunk = chunks.get(next++);
          ahead.add(threads.submit(() -> workers.get().work(chunk)));
        }
        if (!take.test(result(ahead.remove()))) {
          return;
        }
      }
    } finally {
      threads.shutdownNow();
    }
  }

  private static List<Chunk> chunks(List<Segment> segments) {
    List<Chunk> chunks = new ArrayList<>();
    for (Segment segment : segments) {
      for (long from = 0; from < segment.size(); from += CHUNK) {
        chunks.add(new Chunk(segment, from, Math.min(from + CHUNK, segment.size())));
      }
    }
    return chunks;
  }

  private static <R> R result(Future<R> future) {
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

  /// What one thread keeps from chunk to chunk.
  private final class Worker {
    private final LineJudge judge = new LineJudge(filter);
    private final byte[] buffer = new byte[LineReader.BUFFER];

    Result<R> work(Chunk chunk) {
      R gathered = empty.get();
      long before = judge.unreadable();
      Segment segment = chunk.segment();
      try (LineReader lines =
          LineReader.open(segment, chunk.from(), chunk.stop(), buffer, segment.quiet())) {
        if (lines != null) {
          gather(lines, segment, gathered);
        }
      } catch (IOException e) {
        throw StorageException.io(segment.path(), e);
      }
      return new Result<>(gathered, judge.unreadable() - before);
    }

    private void gather(LineReader lines, Segment segment, R gathered) throws IOException {
      while (lines.next()) {
        EventLine event =
            judge.judge(lines.buffer(), lines.start(), lines.end(), segment, lines.after());
        if (event != null) {
          gather.accept(gathered, event);
        }
      }
      judge.countUnreadable(lines.dropped());
    }
  }
}
