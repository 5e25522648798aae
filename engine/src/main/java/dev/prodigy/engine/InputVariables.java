package dev.prodigy.engine;

import dev.prodigy.workflow.expression.Variables;
import java.util.List;

/// The variables of one input of a sequential run.
final class InputVariables {
  private static final List<String> OF_ARG =
      List.of("ARG", "ARGUMENT", "item", "item.value", "ARG_1");
  private static final List<String> OF_FILE = List.of("FILE", "FILE_PATH", "item.path");

  private InputVariables() {}

  /// @param index from 0
  static void publish(Variables variables, RunInput input, int index, int total) {
    variables.set("INDEX", index + 1).set("TOTAL", total);
    variables.set("item_index", index).set("item_total", total);
    String arg = input.arg();
    if (arg != null) {
      OF_ARG.forEach(name -> variables.set(name, arg));
    }
    String file = input.file();
    if (file == null) {
      OF_FILE.forEach(variables::remove);
      variables.remove("item.name");
    } else {
      OF_FILE.forEach(name -> variables.set(name, file));
      variables.set("item.name", baseName(file));
    }
  }

  private static String baseName(String path) {
    String name = path.substring(path.lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
