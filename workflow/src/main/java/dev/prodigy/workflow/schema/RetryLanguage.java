package dev.prodigy.workflow.schema;

import static dev.prodigy.workflow.schema.Language.DURATION;
import static dev.prodigy.workflow.schema.Language.FLAG;
import static dev.prodigy.workflow.schema.Language.TEXT;
import static dev.prodigy.workflow.schema.Shape.oneOf;
import static dev.prodigy.workflow.schema.Shape.words;

import dev.prodigy.workflow.schema.Shape.Decimal;
import dev.prodigy.workflow.schema.Shape.Fields;
import dev.prodigy.workflow.schema.Shape.ListOf;
import dev.prodigy.workflow.schema.Shape.Whole;
import java.util.List;
import java.util.Map;

/// Retries and circuit breakers.
final class RetryLanguage {

  static final Shape RETRY = oneOf(FLAG, new Whole(1), words("transient"), new Fields("retry"));

  static final String TRANSIENT_JITTER = "0.25";

  /// What `transient` is short for.
  static final List<Map.Entry<String, String>> TRANSIENT =
      List.of(
          Map.entry("attempts", "6"),
          Map.entry("initial_delay", "5s"),
          Map.entry("max_delay", "120s"),
          Map.entry("jitter", TRANSIENT_JITTER),
          Map.entry("retry_on", "[rate_limit, server_error, timeout, network]"));

  private static final Shape PAUSE = oneOf(DURATION, new Fields("pause"));
  private static final List<String> STRATEGIES =
      List.of("fixed", "constant", "linear", "exponential", "fibonacci", "custom");

  private RetryLanguage() {}

  static List<Block> blocks() {
    return List.of(
        retry(), pause(), backoff(), backoffSettings(), matcher(), fallback(), fallen(), breaker());
  }

  private static Block retry() {
    return Block.of(
        "retry",
        "Executing something again.",
        Field.of("attempts", new Whole(1), "Executions in all.").or("max_attempts").standard("3"),
        Field.of(
                "backoff",
                oneOf(new Shape.Words(STRATEGIES), new Fields("backoff")),
                "How pauses grow.")
            .or("strategy")
            .standard("exponential"),
        Field.of("initial_delay", PAUSE, "The first pause.").standard("1s"),
        Field.of("initial_delay_ms", new Whole(0), "The same in milliseconds.").older(),
        Field.of("max_delay", PAUSE, "No pause is longer.").standard("30s"),
        Field.of("max_delay_ms", new Whole(0), "The same in milliseconds.").older(),
        Field.of("jitter", oneOf(FLAG, new Decimal(0, 1)), "Pauses vary by chance.")
            .standard("false"),
        Field.of("jitter_factor", new Decimal(0, 1), "By how much.").standard("0.3"),
        Field.of(
            "retry_on",
            oneOf(TEXT, new Fields("retry_on"), new ListOf(oneOf(TEXT, new Fields("retry_on")))),
            "Only after these failures."),
        Field.of("retry_budget", PAUSE, "Limit of all pauses together."),
        Field.of("retry_budget_ms", new Whole(0), "The same in milliseconds.").older(),
        Field.of(
                "on_failure",
                oneOf(words("stop", "continue"), new Fields("fallback")),
                "When nothing helped.")
            .standard("stop"),
        Field.of("circuit_breaker", new Fields("circuit_breaker"), "Gives up for a while."));
  }

  private static Block pause() {
    return Block.of(
        "pause",
        "A duration in parts.",
        Field.of("secs", new Whole(0), "Seconds.").standard("0"),
        Field.of("nanos", new Whole(0), "Nanoseconds.").standard("0"));
  }

  private static Block backoff() {
    var settings = new Fields("backoff_settings");
    return Block.of(
        "backoff",
        "How pauses grow.",
        Field.of("type", new Shape.Words(STRATEGIES), "The strategy."),
        Field.of("fixed", settings, "Always the same."),
        Field.of("constant", settings, "Always the same."),
        Field.of("linear", settings, "By the same amount."),
        Field.of("exponential", settings, "By the same factor."),
        Field.of("fibonacci", settings, "As the numbers of Fibonacci."),
        Field.of("custom", settings, "As listed."),
        Field.of("initial", PAUSE, "The first pause.").or("initial_delay", "delay"),
        Field.of("max_delay", PAUSE, "No pause is longer."),
        Field.of("increment", PAUSE, "Of linear."),
        Field.of("base", new Decimal(1, Double.MAX_VALUE), "Of exponential.").or("multiplier"),
        Field.of("delays", new ListOf(PAUSE), "Of custom."));
  }

  private static Block backoffSettings() {
    return Block.of(
        "backoff_settings",
        "The numbers of a strategy.",
        Field.of("initial", PAUSE, "The first pause.").or("initial_delay", "delay"),
        Field.of("max_delay", PAUSE, "No pause is longer."),
        Field.of("increment", PAUSE, "Of linear."),
        Field.of("base", new Decimal(1, Double.MAX_VALUE), "Of exponential.").or("multiplier"),
        Field.of("delays", new ListOf(PAUSE), "Of custom."));
  }

  private static Block matcher() {
    return Block.of(
        "retry_on",
        "A kind of failure.",
        Field.of("pattern", TEXT, "A regular expression in the error text.").or("regex"),
        Field.of(
            "exit_code", oneOf(new Whole(0), new ListOf(new Whole(0))), "One of these codes."));
  }

  private static Block fallback() {
    return Block.of(
        "fallback",
        "Something else instead.",
        Field.of("fallback", oneOf(TEXT, new Fields("fallback_command")), "What to run.").needed());
  }

  private static Block fallen() {
    return Block.of(
        "fallback_command", "What to run.", Field.of("command", TEXT, "The command.").needed());
  }

  private static Block breaker() {
    return Block.of(
        "circuit_breaker",
        "Gives up for a while after failures in a row.",
        Field.of("failure_threshold", new Whole(1), "So many open it.").standard("5"),
        Field.of("success_threshold", new Whole(1), "So many close it.").standard("3"),
        Field.of("timeout", PAUSE, "How long it stays open.")
            .or("recovery_timeout")
            .standard("30s"),
        Field.of("recovery_timeout_ms", new Whole(0), "The same in milliseconds.").older(),
        Field.of("half_open_requests", new Whole(1), "Attempts at once while it is tried.")
            .standard("3"),
        Field.of("on_open", words("pause", "stop", "reject"), "What happens meanwhile."));
  }
}
