package dev.prodigy.workflow;

import java.time.Duration;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A time limit: written out, or named by a variable that is looked up when the workflow starts.
public sealed interface Limit {

  /// Always positive.
  record Fixed(Duration duration) implements Limit {}

  record FromVariable(String name) implements Limit {}

  static Limit of(Duration duration) {
    return new Fixed(duration);
  }

  /// @param environment the workflow's entries, then the process environment
  /// @throws WorkflowException if the variable is missing or not a positive duration
  default Duration resolve(Function<String, @Nullable String> environment) {
    return switch (this) {
      case Fixed(Duration duration) -> duration;
      case FromVariable(String name) -> {
        String value = environment.apply(name);
        if (value == null) {
          throw WorkflowException.variableNotFound(name);
        }
        yield DurationText.parse(value)
            .filter(Duration::isPositive)
            .orElseThrow(
                () ->
                    WorkflowException.variableUnusable(
                        name, value, "expected seconds or a duration, more than 0"));
      }
    };
  }
}
