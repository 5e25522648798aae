package dev.prodigy.engine;

import dev.prodigy.workflow.expression.Variables;
import java.util.List;

/// The variables of one `--args` input.
final class InputVariables {
  private InputVariables() {}

  /// @param given false: there are no inputs, and only the counters are set
  /// @param index from 0
  static void publish(Variables variables, String arg, boolean given, int index, int total) {
    variables.set("INDEX", index + 1).set("TOTAL", total);
    variables.set("item_index", index).set("item_total", total);
    if (given) {
      for (String name : List.of("ARG", "ARGUMENT", "item", "item.value", "ARG_1")) {
        variables.set(name, arg);
      }
    }
  }
}
