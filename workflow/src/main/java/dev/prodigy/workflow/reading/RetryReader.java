package dev.prodigy.workflow.reading;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.workflow.CircuitBreakerPolicy.OnOpen;
import dev.prodigy.workflow.Matcher;
import dev.prodigy.workflow.OnExhausted;
import dev.prodigy.workflow.RetryPolicy;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Reads `retry`, `retry_defaults` and `retry_config`.
final class RetryReader {

  private static final Map<String, Matcher> MATCHERS = matchers();

  private RetryReader() {}

  static RetrySettings read(Value value) {
    return switch (value.kind()) {
      case BOOLEAN -> value.flag() ? RetrySettings.NOTHING_SAID : RetrySettings.attempts(1);
      case NUMBER -> RetrySettings.attempts(attempts(value));
      case TEXT -> named(value);
      case MAPPING -> read(value.mapping());
      case LIST, NOTHING -> {
        value.expected(ErrorCode.CONFIG_INVALID_VALUE, "retry settings or a number of attempts");
        yield RetrySettings.NOTHING_SAID;
      }
    };
  }

  private static RetrySettings named(Value value) {
    if (!value.text().equals("transient")) {
      value.problem(
          ErrorCode.CONFIG_INVALID_VALUE,
          "expected retry settings, a number of attempts, or `transient`, got `%s`"
              .formatted(value.text()));
    }
    return RetrySettings.TRANSIENT;
  }

  private static int attempts(Value value) {
    int attempts = value.integer(1);
    if (attempts > RetryPolicy.MAX_ATTEMPTS) {
      value.problem(
          ErrorCode.CONFIG_INVALID_VALUE,
          "must be at most %d, is %d".formatted(RetryPolicy.MAX_ATTEMPTS, attempts));
    }
    return attempts;
  }

  static RetrySettings immediately(Value maxAttempts) {
    return RetrySettings.immediately(attempts(maxAttempts));
  }

  private static RetrySettings read(Mapping mapping) {
    Value attempts = mapping.take("attempts", "max_attempts");
    Value strategy = mapping.take("backoff", "strategy");
    BackoffReader backoff = strategy == null ? BackoffReader.NONE : BackoffReader.read(strategy);
    Duration initial = Scalars.duration(mapping, "initial_delay");
    Duration max = Scalars.duration(mapping, "max_delay");
    Jitter jitter = jitter(mapping);
    Value retryOn = mapping.take("retry_on");
    Duration budget = Scalars.duration(mapping, "retry_budget");
    Value onFailure = mapping.take("on_failure");
    Value breaker = mapping.take("circuit_breaker");
    mapping.finish();
    return new RetrySettings(
        attempts == null ? null : attempts(attempts),
        backoff.backoff(),
        backoff.initialDelay() == null ? initial : backoff.initialDelay(),
        backoff.maxDelay() == null ? max : backoff.maxDelay(),
        jitter.on(),
        jitter.factor(),
        retryOn == null ? null : matchers(retryOn),
        budget,
        onFailure == null ? null : onExhausted(onFailure),
        breaker == null ? null : BreakerReader.read(breaker.mapping(), OnOpen.REJECT));
  }

  private record Jitter(@Nullable Boolean on, @Nullable Double factor) {}

  private static Jitter jitter(Mapping mapping) {
    Value jitter = mapping.take("jitter");
    Value factorValue = mapping.take("jitter_factor");
    Double factor = factorValue == null ? null : (Double) factorValue.decimal(0, 1);
    if (jitter == null) {
      return new Jitter(null, factor);
    }
    if (jitter.is(Value.Kind.NUMBER)) {
      double own = jitter.decimal(0, 1);
      return new Jitter(true, factor == null ? (Double) own : factor);
    }
    return new Jitter(jitter.flag(), factor);
  }

  private static Map<String, Matcher> matchers() {
    var words = new LinkedHashMap<String, Matcher>();
    for (Matcher.Known known : Matcher.Known.values()) {
      words.put(known.word(), known);
    }
    words.put("any", new Matcher.Any());
    words.put("all", new Matcher.Any());
    return words;
  }

  private static List<Matcher> matchers(Value value) {
    var matchers = new ArrayList<Matcher>();
    for (Value each : value.is(Value.Kind.LIST) ? value.list() : List.of(value)) {
      Matcher matcher =
          each.is(Value.Kind.MAPPING)
              ? matcher(each.mapping())
              : each.word(MATCHERS, new Matcher.Any());
      if (matcher != null) {
        matchers.add(matcher);
      }
    }
    return matchers;
  }

  private static @Nullable Matcher matcher(Mapping mapping) {
    Value pattern = mapping.take("pattern", "regex");
    Value codes = mapping.take("exit_code");
    mapping.finish();
    if ((pattern == null) == (codes == null)) {
      mapping.owner().problem("expected one of `pattern` and `exit_code`");
      return null;
    }
    if (pattern != null) {
      var regex = Scalars.regex(pattern);
      return regex == null ? null : new Matcher.Regex(regex);
    }
    return new Matcher.ExitCode(codes == null ? Set.of() : exitCodes(codes));
  }

  private static Set<Integer> exitCodes(Value codes) {
    List<Value> each = codes.is(Value.Kind.LIST) ? codes.list() : List.of(codes);
    return each.stream().map(code -> code.integer(0)).collect(Collectors.toSet());
  }

  private static OnExhausted onExhausted(Value value) {
    if (!value.is(Value.Kind.MAPPING)) {
      return value.word(
          Map.of("stop", new OnExhausted.Stop(), "continue", new OnExhausted.Continue()),
          new OnExhausted.Stop());
    }
    Mapping mapping = value.mapping();
    Value fallback = mapping.require("fallback");
    mapping.finish();
    return fallback == null ? new OnExhausted.Stop() : new OnExhausted.Fallback(command(fallback));
  }

  private static Template command(Value fallback) {
    if (!fallback.is(Value.Kind.MAPPING)) {
      return Scalars.command(fallback);
    }
    Mapping mapping = fallback.mapping();
    Value command = mapping.require("command");
    mapping.finish();
    return command == null ? Template.literal("") : Scalars.command(command);
  }
}
