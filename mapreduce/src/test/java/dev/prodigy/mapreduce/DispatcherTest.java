package dev.prodigy.mapreduce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.engine.CircuitBreaker;
import dev.prodigy.model.ItemId;
import dev.prodigy.workflow.CircuitBreakerPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class DispatcherTest {
  private final CircuitBreaker never = new CircuitBreaker(null, System::nanoTime, _ -> {});

  @Test
  void itemsComeInTheirOrder() throws InterruptedException {
    var dispatcher = dispatcher(0, 1);

    assertThat(taken(dispatcher)).contains(ItemId.of(0));
    assertThat(taken(dispatcher)).contains(ItemId.of(1));
  }

  @Test
  void nothingIsLeftOnlyWhenTheLastRunningItemHasEnded() throws InterruptedException {
    var dispatcher = dispatcher(0);
    dispatcher.take();
    var waiting = new ArrayList<Optional<ItemId>>();
    Thread worker =
        Thread.startVirtualThread(
            () -> {
              try {
                waiting.add(taken(dispatcher));
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });

    dispatcher.retryAfter(ItemId.of(0), Duration.ofMillis(20));
    worker.join();

    assertThat(waiting).containsExactly(Optional.of(ItemId.of(0)));
  }

  @Test
  void aDueRetryGoesFirst() throws InterruptedException {
    var dispatcher = dispatcher(0, 1, 2);
    dispatcher.take();
    dispatcher.retryAfter(ItemId.of(0), Duration.ZERO);

    assertThat(taken(dispatcher)).contains(ItemId.of(0));
    assertThat(taken(dispatcher)).contains(ItemId.of(1));
  }

  @Test
  void afterStopNothingStarts() throws InterruptedException {
    var dispatcher = dispatcher(0, 1);
    dispatcher.stop();

    assertThat(dispatcher.take()).isEmpty();
  }

  @Test
  void anOpenBreakerHoldsItemsBackAndHalfOpenLetsOneProbe() {
    var time = new AtomicLong();
    var events = new ArrayList<String>();
    var policy =
        new CircuitBreakerPolicy(2, 1, Duration.ofSeconds(1), 1, CircuitBreakerPolicy.OnOpen.PAUSE);
    var breaker =
        new CircuitBreaker(policy, time::get, e -> events.add(e.getClass().getSimpleName()));
    breaker.failed(breaker.admit().call(), Instant.EPOCH);
    breaker.failed(breaker.admit().call(), Instant.EPOCH);
    assertThat(breaker.admit().delay()).isEqualTo(Duration.ofSeconds(1));

    time.set(Duration.ofSeconds(1).toNanos());
    var probe = breaker.admit();
    assertThat(probe.granted()).isTrue();
    assertThat(breaker.admit().granted()).isFalse();

    breaker.succeeded(probe.call());
    assertThat(breaker.admit().granted()).isTrue();
    assertThat(events).containsExactly("CircuitOpen", "CircuitHalfOpen", "CircuitClosed");
  }

  @Test
  void anOpenBreakerThatRejectsHandsItemsOutToFail() throws InterruptedException {
    var policy =
        new CircuitBreakerPolicy(1, 1, Duration.ofHours(1), 1, CircuitBreakerPolicy.OnOpen.REJECT);
    var breaker = new CircuitBreaker(policy, System::nanoTime, _ -> {});
    var dispatcher =
        new Dispatcher(List.of(ItemId.of(0), ItemId.of(1)), breaker, InstantSource.system());

    var first = dispatcher.take().orElseThrow();
    breaker.failed(first.call(), Instant.EPOCH);

    assertThat(first.rejected()).isFalse();
    assertThat(dispatcher.take().orElseThrow().rejected()).isTrue();
  }

  private static Optional<ItemId> taken(Dispatcher dispatcher) throws InterruptedException {
    return dispatcher.take().map(Dispatcher.Work::item);
  }

  private Dispatcher dispatcher(int... items) {
    List<ItemId> order = new ArrayList<>();
    for (int item : items) {
      order.add(ItemId.of(item));
    }
    return new Dispatcher(order, never, InstantSource.system());
  }
}
