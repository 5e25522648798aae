package dev.prodigy.engine;

import dev.prodigy.workflow.expression.Variables;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Captured variables on their way to a checkpoint and back. Values known under several names are
/// stored once, under the first.
final class SavedVariables {
  /// First name of a group, then the ones that always equal it.
  private static final Map<String, String> GROUPS = Map.of("shell", "test", "claude", "agent");

  private static final List<String> SAME_AS_OUTPUT = List.of("stdout", "last_output");

  private SavedVariables() {}

  static Map<String, JsonNode> store(Variables variables, RunEnvironment environment) {
    var stored = new LinkedHashMap<String, JsonNode>();
    variables
        .own()
        .forEach(
            (name, value) -> {
              if (!derived(name)) {
                stored.put(name, value);
              }
            });
    return environment.concealing().values(stored);
  }

  static void restore(
      Map<String, JsonNode> stored, Variables variables, RunEnvironment environment) {
    Map<String, JsonNode> values = environment.revealing().values(stored);
    variables.setAll(values);
    values.forEach(
        (name, value) -> {
          int dot = name.indexOf('.');
          String group = dot < 0 ? "" : name.substring(0, dot);
          String alias = GROUPS.get(group);
          String member = name.substring(dot + 1);
          if (alias != null || group.equals("foreach") || group.equals("write_file")) {
            restore(variables, group, member, value);
          }
          if (alias != null) {
            variables.set(alias + "." + member, value);
            restore(variables, alias, member, value);
          }
        });
  }

  private static void restore(Variables variables, String group, String member, JsonNode value) {
    if (member.equals("output")) {
      SAME_AS_OUTPUT.forEach(same -> variables.set(group + "." + same, value));
    }
  }

  private static boolean derived(String name) {
    int dot = name.indexOf('.');
    if (dot < 0) {
      return name.equals("step_name") || name.equals("step_index") || name.equals("total_steps");
    }
    String group = name.substring(0, dot);
    boolean ofCommand =
        GROUPS.containsKey(group) || group.equals("foreach") || group.equals("write_file");
    return group.equals("step")
        || group.equals("error")
        || GROUPS.containsValue(group)
        || (ofCommand && SAME_AS_OUTPUT.contains(name.substring(dot + 1)));
  }
}
