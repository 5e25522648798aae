package dev.prodigy.workflow;

import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A whole number of at least 1: written out, or named by a variable that is looked up when the
/// workflow starts.
public sealed interface IntValue {

  record Fixed(int number) implements IntValue {}

  record FromVariable(String name) implements IntValue {}

  static IntValue of(int number) {
    return new Fixed(number);
  }

  /// @param environment the workflow's entries, then the process environment
  /// @throws WorkflowException if the variable is missing or not such a number
  default int resolve(Function<String, @Nullable String> environment) {
    return switch (this) {
      case Fixed(int number) -> number;
      case FromVariable(String name) -> {
        String value = environment.apply(name);
        if (value == null) {
          throw WorkflowException.variableNotFound(name);
        }
        yield parse(name, value);
      }
    };
  }

  private static int parse(String name, String value) {
    try {
      int number = Integer.parseInt(value.strip());
      if (number >= 1) {
        return number;
      }
    } catch (NumberFormatException e) {
      throw WorkflowException.variableUnusable(name, value, "expected a whole number");
    }
    throw WorkflowException.variableUnusable(name, value, "must be at least 1");
  }
}
