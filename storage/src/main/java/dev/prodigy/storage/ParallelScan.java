package dev.prodigy.storage;

import dev.prodigy.storage.ChunkWorker.Result;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.Predicate;
import java.util.function.Supplier;

/// Cuts segments into chunks, works on chunks in parallel, and hands the results on in the order of
/// the chunks. A line belongs to the chunk it begins in. Few results wait, so memory stays small
/// however long the log is.
///
/// @param <R> what a chunk's events are gathered into
final class ParallelScan<R> {
  /// Less than this is read faster than threads are started.
  static final long WORTH_THREADS = 16L << 20;

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
    boolean worthThreads = (long) chunks.size() * ChunkWorker.CHUNK > WORTH_THREADS;
    if (worthThreads && Runtime.getRuntime().availableProcessors() > 1) {
      runInParallel(chunks, take);
      return;
    }
    ChunkWorker<R> worker = worker();
    for (Chunk chunk : chunks) {
      if (!take.test(worker.work(chunk.segment, chunk.from, chunk.stop))) {
        return;
      }
    }
  }

  private ChunkWorker<R> worker() {
    return new ChunkWorker<>(filter, empty, gather);
  }

  private void runInParallel(List<Chunk> chunks, Predicate<Result<R>> take) {
    ThreadLocal<ChunkWorker<R>> workers = ThreadLocal.withInitial(this::worker);
    ArrayDeque<Future<Result<R>>> ahead = new ArrayDeque<>();
    ExecutorService threads = ChunkWorker.threads();
    try {
      int next = 0;
      while (next < chunks.size() || !ahead.isEmpty()) {
        while (next < chunks.size() && ahead.size() < ChunkWorker.AHEAD) {
          Chunk chunk = chunks.get(next++);
          ahead.add(
              threads.submit(() -> workers.get().work(chunk.segment, chunk.from, chunk.stop)));
        }
        if (!take.test(ChunkWorker.result(ahead.remove()))) {
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
      for (long from = 0; from < segment.size(); from += ChunkWorker.CHUNK) {
        long stop = Math.min(from + ChunkWorker.CHUNK, segment.size());
        chunks.add(new Chunk(segment, from, stop));
      }
    }
    return chunks;
  }
}
