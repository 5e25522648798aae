package dev.prodigy.mapreduce;

import dev.prodigy.engine.CircuitBreaker;
import dev.prodigy.model.ItemId;
import dev.prodigy.workflow.CircuitBreakerPolicy.OnOpen;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// Hands items to workers: first those whose wait for a retry is over, then those a crash or an
/// interrupt had cut off, then the frozen list in order. Waiting for a retry holds no worker.
///
/// Thread-safe. Every operation is O(log waiting).
final class Dispatcher {
  private record Waiting(ItemId item, Instant due) implements Comparable<Waiting> {
    @Override
    public int compareTo(Waiting other) {
      return due.compareTo(other.due);
    }
  }

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final ArrayDeque<ItemId> ready = new ArrayDeque<>();
  private final PriorityQueue<Waiting> waiting = new PriorityQueue<>();
  private final CircuitBreaker breaker;
  private final InstantSource clock;
  private int running;
  private boolean stopped;

  /// @param items in the order in which they are to start
  Dispatcher(Collection<ItemId> items, CircuitBreaker breaker, InstantSource clock) {
    ready.addAll(items);
    this.breaker = breaker;
    this.clock = clock;
  }

  /// An item to work on.
  ///
  /// @param call to be told to the breaker with the outcome
  /// @param rejected the breaker is open and the policy is not to wait: the item fails at once
  record Work(ItemId item, long call, boolean rejected) {}

  /// The next item to run, or empty once nothing is left that could still become one: all ended, or
  /// the phase was stopped. Blocks meanwhile.
  Optional<Work> take() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        if (stopped || (ready.isEmpty() && waiting.isEmpty() && running == 0)) {
          changed.signalAll();
          return Optional.empty();
        }
        Instant now = clock.instant();
        Duration wait = untilReady(now);
        if (wait.isZero()) {
          CircuitBreaker.Admission admission = breaker.admit();
          if (admission.granted() || breaker.onOpen() == OnOpen.REJECT) {
            running++;
            return Optional.of(new Work(next(now), admission.call(), !admission.granted()));
          }
          wait = admission.delay();
        }
        boolean _ = changed.await(wait.toMillis() + 1, TimeUnit.MILLISECONDS);
      }
    } finally {
      lock.unlock();
    }
  }

  /// How long until an item may start; an hour stands for "until told".
  private Duration untilReady(Instant now) {
    boolean due = !waiting.isEmpty() && !waiting.peek().due().isAfter(now);
    if (!ready.isEmpty() || due) {
      return Duration.ZERO;
    }
    return waiting.isEmpty() ? Duration.ofHours(1) : Duration.between(now, waiting.peek().due());
  }

  private ItemId next(Instant now) {
    if (!waiting.isEmpty() && !waiting.peek().due().isAfter(now)) {
      return waiting.remove().item();
    }
    return ready.remove();
  }

  /// An attempt is over and its item does not come back.
  void ended() {
    release(() -> {});
  }

  /// An attempt is over; its item runs again after the delay.
  void retryAfter(ItemId item, Duration delay) {
    release(() -> waiting.add(new Waiting(item, clock.instant().plus(delay))));
  }

  /// Nothing starts any more; what runs may end.
  void stop() {
    lock.lock();
    try {
      stopped = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void release(Runnable update) {
    lock.lock();
    try {
      running--;
      update.run();
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
