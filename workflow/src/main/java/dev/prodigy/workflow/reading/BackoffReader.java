package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.Backoff;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads `backoff` in its three spellings: `linear`, `{type: linear, increment: 2s}` and `{linear:
/// {increment: 2s}}`. What it gives: the strategy, and delays that were written inside.
///
/// @param backoff given the initial delay
record BackoffReader(
    @Nullable Function<Duration, Backoff> backoff,
    @Nullable Duration initialDelay,
    @Nullable Duration maxDelay) {

  static final BackoffReader NONE = new BackoffReader(null, null, null);

  private enum Strategy {
    CONSTANT,
    LINEAR,
    EXPONENTIAL,
    FIBONACCI,
    CUSTOM
  }

  private static final Map<String, Strategy> WORDS = words();

  private static Map<String, Strategy> words() {
    var words = new LinkedHashMap<String, Strategy>();
    words.put("fixed", Strategy.CONSTANT);
    words.put("constant", Strategy.CONSTANT);
    words.put("linear", Strategy.LINEAR);
    words.put("exponential", Strategy.EXPONENTIAL);
    words.put("fibonacci", Strategy.FIBONACCI);
    words.put("custom", Strategy.CUSTOM);
    return words;
  }

  static BackoffReader read(Value value) {
    if (!value.is(Value.Kind.MAPPING)) {
      Strategy strategy = value.word(WORDS, Strategy.EXPONENTIAL);
      return new BackoffReader(backoff(strategy, null, null, List.of()), null, null);
    }
    Mapping mapping = value.mapping();
    Value type = mapping.take("type");
    if (type != null) {
      return parameters(type.word(WORDS, Strategy.EXPONENTIAL), mapping);
    }
    for (var word : WORDS.entrySet()) {
      Value inner = mapping.take(word.getKey());
      if (inner != null) {
        mapping.finish();
        return parameters(word.getValue(), inner.mapping());
      }
    }
    mapping.finish();
    value.problem("expected a strategy (%s)".formatted(String.join(", ", WORDS.keySet())));
    return NONE;
  }

  private static BackoffReader parameters(Strategy strategy, Mapping mapping) {
    Value initial =
        strategy == Strategy.CONSTANT
            ? mapping.take("initial", "initial_delay", "delay")
            : mapping.take("initial", "initial_delay");
    Value max = mapping.take("max_delay");
    Value increment = strategy == Strategy.LINEAR ? mapping.take("increment") : null;
    Value base = strategy == Strategy.EXPONENTIAL ? mapping.take("base", "multiplier") : null;
    Value delays = strategy == Strategy.CUSTOM ? mapping.take("delays") : null;
    mapping.finish();
    return new BackoffReader(
        backoff(
            strategy,
            increment == null ? null : Scalars.duration(increment),
            base == null ? null : base.decimal(1, Double.MAX_VALUE),
            delays == null ? List.of() : delays.list().stream().map(Scalars::duration).toList()),
        initial == null ? null : Scalars.duration(initial),
        max == null ? null : Scalars.duration(max));
  }

  private static Function<Duration, Backoff> backoff(
      Strategy strategy,
      @Nullable Duration increment,
      @Nullable Double base,
      List<Duration> delays) {
    return switch (strategy) {
      case CONSTANT -> _ -> new Backoff.Constant();
      case LINEAR -> initial -> new Backoff.Linear(increment == null ? initial : increment);
      case EXPONENTIAL ->
          _ -> new Backoff.Exponential(base == null ? Backoff.Exponential.DEFAULT_BASE : base);
      case FIBONACCI -> _ -> new Backoff.Fibonacci();
      case CUSTOM -> _ -> new Backoff.Custom(delays);
    };
  }
}
