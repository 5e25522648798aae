package dev.prodigy.storage;

import dev.prodigy.storage.ChunkWorker.Result;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/// The events of a segment from its end to its beginning, for readers that want many: chunks are
/// read forward, ahead and in parallel, and handed on in reverse. Several segments that are merged
/// take turns, so memory stays small.
final class ReverseScan {

  /// What the segments of one reading share.
  static final class Turns implements AutoCloseable {
    private final EventFilter filter;
    private @Nullable ExecutorService threads;
    private @Nullable ThreadLocal<ChunkWorker<List<EventLine>>> workers;
    private boolean taken;

    Turns(EventFilter filter) {
      this.filter = filter;
    }

    /// A scan of the lines before `end`; null if that is not worth it, or another has its turn.
    @Nullable ReverseScan begin(Segment segment, long end) {
      if (taken || end < ParallelScan.WORTH_THREADS) {
        return null;
      }
      taken = true;
      if (threads == null) {
        threads = ChunkWorker.threads();
        workers =
            ThreadLocal.withInitial(() -> new ChunkWorker<>(filter, ArrayList::new, List::add));
      }
      return new ReverseScan(segment, end, this);
    }

    private Future<Result<List<EventLine>>> submit(Segment segment, long from, long stop) {
      ExecutorService pool = threads;
      ThreadLocal<ChunkWorker<List<EventLine>>> own = workers;
      if (pool == null || own == null) {
        throw new IllegalStateException("no scan has begun");
      }
      return pool.submit(() -> own.get().work(segment, from, stop));
    }

    @Override
    public void close() {
      if (threads != null) {
        threads.shutdownNow();
      }
    }
  }

  private final Segment segment;
  private final Turns turns;
  private final ArrayDeque<Future<Result<List<EventLine>>>> ahead = new ArrayDeque<>();
  private List<EventLine> lines = List.of();
  private long unread;
  private int left;
  private long unreadable;

  private ReverseScan(Segment segment, long end, Turns turns) {
    this.segment = segment.until(end);
    this.turns = turns;
    this.unread = end;
  }

  /// Null at the beginning of the segment.
  @Nullable EventLine next() {
    while (left == 0) {
      submit();
      if (ahead.isEmpty()) {
        turns.taken = false;
        return null;
      }
      Result<List<EventLine>> result = ChunkWorker.result(ahead.remove());
      unreadable += result.unreadable();
      lines = result.gathered();
      left = lines.size();
      if (result.tooOld()) {
        ahead.clear();
        unread = 0;
      }
    }
    return lines.get(--left);
  }

  private void submit() {
    while (unread > 0 && ahead.size() < ChunkWorker.AHEAD) {
      long from = (unread - 1) / ChunkWorker.CHUNK * ChunkWorker.CHUNK;
      ahead.add(turns.submit(segment, from, unread));
      unread = from;
    }
  }

  long unreadable() {
    return unreadable;
  }
}
