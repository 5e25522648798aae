package dev.prodigy.engine;

import dev.prodigy.model.Event;
import dev.prodigy.model.Json;
import dev.prodigy.model.RetryCheckpoint;
import dev.prodigy.model.RetryCheckpoint.BreakerStanding;
import dev.prodigy.model.RetryCheckpoint.CommandRetryState;
import dev.prodigy.workflow.CircuitBreakerPolicy;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a run knows of the retries of its steps: series under way, circuit breakers, numbers. Steps
/// go by their place, `commands[3]`; the same step of several items (`map/item_7/steps[1]`) has one
/// breaker and one set of numbers.
///
/// Thread-safe.
public final class RetryLedger {
  private static final int KEPT_SERIES = 100;

  private final InstantSource clock;
  private final @Nullable Runnable save;
  private final Map<String, RetrySeries> open = new HashMap<>();
  private final Map<String, CommandRetryState> restored = new HashMap<>();
  private final List<RetryCheckpoint.Series> over = new ArrayList<>();
  private final Map<String, CircuitBreaker> breakers = new TreeMap<>();
  private final Map<String, BreakerStanding> restoredBreakers = new HashMap<>();
  private final Map<String, Numbers> numbers = new LinkedHashMap<>();

  /// @param save makes the ledger durable; null: nobody resumes single steps
  private RetryLedger(InstantSource clock, @Nullable Runnable save) {
    this.clock = clock;
    this.save = save;
  }

  /// For runs in which a step that was cut off starts anew.
  public static RetryLedger inMemory() {
    return new RetryLedger(InstantSource.system(), null);
  }

  /// @param save called before each execution and each wait of a step that may be retried
  static RetryLedger durable(InstantSource clock, Runnable save) {
    return new RetryLedger(clock, save);
  }

  /// Takes up what a checkpoint kept.
  synchronized void restore(@Nullable RetryCheckpoint before) {
    if (before != null) {
      restored.putAll(before.commandRetryStates());
      over.addAll(before.retryExecutionHistory());
      restoredBreakers.putAll(before.circuitBreakerStates());
    }
  }

  /// Takes up the breakers an earlier run of a job left behind.
  public synchronized void restoreBreakers(Map<String, BreakerStanding> before) {
    restoredBreakers.putAll(before);
  }

  public synchronized Map<String, BreakerStanding> breakers() {
    var standing = new TreeMap<String, BreakerStanding>();
    breakers.forEach((id, breaker) -> standing.put(id, breaker.standing()));
    return standing;
  }

  synchronized RetrySeries begin(String id, int max) {
    CommandRetryState before = restored.remove(id);
    Runnable saving = save == null || max <= 1 ? () -> {} : save;
    RetrySeries series =
        before == null
            ? new RetrySeries(id, max, clock, saving)
            : RetrySeries.resumed(before, max, clock, saving);
    if (save != null && max > 1) {
      open.put(id, series);
    }
    return series;
  }

  /// The step's executions are over, for this time.
  synchronized void ended(String id, RetrySeries series, boolean success) {
    open.remove(id);
    var history = series.history();
    if (history.isEmpty()) {
      return;
    }
    numbers.computeIfAbsent(shared(id), _ -> new Numbers()).add(history);
    if (save != null && history.size() > 1) {
      over.add(
          new RetryCheckpoint.Series(
              id,
              UUID.randomUUID().toString(),
              series.startedAt(),
              clock.instant(),
              history.size(),
              success,
              history.getLast().error()));
      while (over.size() > KEPT_SERIES) {
        over.removeFirst();
      }
    }
  }

  /// @param events told of changes of state; those of the first who asks
  public synchronized CircuitBreaker breaker(
      String id, @Nullable CircuitBreakerPolicy policy, Consumer<Event> events) {
    return breakers.computeIfAbsent(
        shared(id),
        name -> {
          var breaker = new CircuitBreaker(policy, System::nanoTime, events);
          BreakerStanding before = restoredBreakers.remove(name);
          if (before != null) {
            breaker.restore(before, clock.instant());
          }
          return breaker;
        });
  }

  Instant now() {
    return clock.instant();
  }

  synchronized RetryCheckpoint checkpoint() {
    var states = new HashMap<>(restored);
    open.forEach((id, series) -> states.put(id, series.state()));
    var standing = new HashMap<>(restoredBreakers);
    standing.putAll(breakers());
    return new RetryCheckpoint(states, over, standing, clock.instant());
  }

  /// Numbers of every step that was executed more than once, by its place.
  public synchronized JsonNode metrics() {
    ObjectNode all = Json.NODES.objectNode();
    numbers.forEach(
        (id, of) -> {
          if (of.retried()) {
            all.set(id, of.json());
          }
        });
    return all;
  }

  private static String shared(String id) {
    return id.replaceAll("/item_\\d+", "");
  }

  private static final class Numbers {
    private int total;
    private int succeeded;
    private final List<long[]> retries = new ArrayList<>();

    void add(List<RetryCheckpoint.Attempt> history) {
      for (var attempt : history) {
        total++;
        succeeded += attempt.success() ? 1 : 0;
        if (attempt.attemptNumber() > 1 && retries.size() < 1000) {
          retries.add(new long[] {attempt.attemptNumber(), attempt.backoffApplied().toMillis()});
        }
      }
    }

    boolean retried() {
      return !retries.isEmpty();
    }

    JsonNode json() {
      ObjectNode json = Json.NODES.objectNode();
      json.put("total_attempts", total);
      json.put("successful_attempts", succeeded);
      json.put("failed_attempts", total - succeeded);
      var list = json.putArray("retries");
      retries.forEach(each -> list.addArray().add(each[0]).add(each[1]));
      return json;
    }
  }
}
