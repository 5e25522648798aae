package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.CircuitBreakerPolicy;
import dev.prodigy.workflow.ErrorCollection;
import dev.prodigy.workflow.ErrorPolicy;
import dev.prodigy.workflow.OnItemFailure;
import dev.prodigy.workflow.RetryPolicy;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.util.LinkedHashMap;
import org.jspecify.annotations.Nullable;

/// Reads `error_policy` and its shorthands. They may stand at the top level and under `map`; a
/// shorthand outranks the block beside it, and what is under `map` outranks all.
final class ErrorPolicyReader {

  /// The policy as far as one place of the file gives it; null = not said there.
  private record Said(
      @Nullable OnItemFailure onItemFailure,
      @Nullable Boolean continueOnFailure,
      @Nullable Integer maxFailures,
      @Nullable Double failureThreshold,
      @Nullable ErrorCollection collection,
      @Nullable RetryPolicy retry,
      @Nullable CircuitBreakerPolicy breaker) {

    static final Said NOTHING = new Said(null, null, null, null, null, null, null);

    Said over(Said there) {
      return new Said(
          either(onItemFailure, there.onItemFailure),
          either(continueOnFailure, there.continueOnFailure),
          either(maxFailures, there.maxFailures),
          either(failureThreshold, there.failureThreshold),
          either(collection, there.collection),
          either(retry, there.retry),
          either(breaker, there.breaker));
    }

    private static <T> @Nullable T either(@Nullable T here, @Nullable T there) {
      return here == null ? there : here;
    }

    ErrorPolicy policy() {
      ErrorPolicy standard = ErrorPolicy.DEFAULT;
      OnItemFailure action = onItemFailure == null ? standard.onItemFailure() : onItemFailure;
      return new ErrorPolicy(
          action,
          continueOnFailure == null ? standard.continueOnFailure() : continueOnFailure,
          maxFailures,
          failureThreshold,
          collection == null ? standard.collection() : collection,
          retry(action),
          breaker);
    }

    private @Nullable RetryPolicy retry(OnItemFailure action) {
      return switch (action) {
        case OnItemFailure.Stop() -> null;
        case OnItemFailure.Retry() -> retry == null ? RetryPolicy.DEFAULT : retry;
        case OnItemFailure.Dlq(), OnItemFailure.Skip(), OnItemFailure.Custom(var _) -> retry;
      };
    }
  }

  private ErrorPolicyReader() {}

  static ErrorPolicy read(Mapping workflow, @Nullable Mapping map) {
    Said top = beside(workflow);
    return (map == null ? top : beside(map).over(top)).policy();
  }

  /// Block and shorthands at one level.
  private static Said beside(Mapping level) {
    Value block = level.take("error_policy");
    return shorthands(level).over(block == null ? Said.NOTHING : block(block.mapping()));
  }

  private static Said block(Mapping block) {
    Value retry = block.take("retry_config", "retry");
    Value breaker = block.take("circuit_breaker");
    Said shared = shorthands(block);
    block.finish();
    return new Said(
        shared.onItemFailure,
        shared.continueOnFailure,
        shared.maxFailures,
        shared.failureThreshold,
        shared.collection,
        retry == null ? null : RetryReader.read(retry).policy(),
        breaker == null
            ? null
            : BreakerReader.read(breaker.mapping(), CircuitBreakerPolicy.OnOpen.PAUSE));
  }

  private static Said shorthands(Mapping level) {
    Value action = level.take("on_item_failure");
    Value goOn = level.take("continue_on_failure");
    Value maxFailures = level.take("max_failures");
    Value threshold = level.take("failure_threshold");
    Value collection = level.take("error_collection");
    return new Said(
        action == null ? null : action(action),
        goOn == null ? null : (Boolean) goOn.flag(),
        maxFailures == null ? null : (Integer) maxFailures.integer(1),
        threshold == null ? null : (Double) threshold.decimal(0, 1),
        collection == null ? null : collection(collection),
        null,
        null);
  }

  private static OnItemFailure action(Value value) {
    if (value.is(Value.Kind.MAPPING)) {
      Mapping mapping = value.mapping();
      Value command = mapping.require("custom");
      mapping.finish();
      return command == null
          ? new OnItemFailure.Dlq()
          : new OnItemFailure.Custom(Scalars.command(command));
    }
    if (value.scalar().startsWith("custom:")) {
      return custom(value);
    }
    var words = new LinkedHashMap<String, OnItemFailure>();
    words.put("dlq", new OnItemFailure.Dlq());
    words.put("retry", new OnItemFailure.Retry());
    words.put("skip", new OnItemFailure.Skip());
    words.put("stop", new OnItemFailure.Stop());
    words.put("custom:<command>", new OnItemFailure.Dlq());
    return value.word(words, new OnItemFailure.Dlq());
  }

  private static OnItemFailure custom(Value value) {
    String command = value.scalar().substring("custom:".length()).strip();
    if (command.isEmpty()) {
      value.problem("a command must follow `custom:`");
    }
    return new OnItemFailure.Custom(Scalars.command(value, command));
  }

  private static ErrorCollection collection(Value value) {
    if (value.is(Value.Kind.MAPPING)) {
      Mapping mapping = value.mapping();
      Value batched = mapping.require("batched");
      mapping.finish();
      return batched == null ? new ErrorCollection.Aggregate() : batched(batched);
    }
    if (value.scalar().matches("batched:\\s*[1-9]\\d{0,8}")) {
      String size = value.scalar().substring("batched:".length()).strip();
      return new ErrorCollection.Batched(Integer.parseInt(size));
    }
    var words = new LinkedHashMap<String, ErrorCollection>();
    words.put("aggregate", new ErrorCollection.Aggregate());
    words.put("immediate", new ErrorCollection.Immediate());
    words.put("batched", new ErrorCollection.Batched(ErrorCollection.Batched.DEFAULT_SIZE));
    return value.word(words, new ErrorCollection.Aggregate());
  }

  private static ErrorCollection batched(Value value) {
    Mapping mapping = value.mapping();
    int size = mapping.integer("size", 1, ErrorCollection.Batched.DEFAULT_SIZE);
    mapping.finish();
    return new ErrorCollection.Batched(size);
  }
}
