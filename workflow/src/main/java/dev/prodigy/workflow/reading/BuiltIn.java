package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.yaml.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/// Variables that are there without anybody defining them, by the first part of their names.
final class BuiltIn {

  /// What a variable of the user's own should not be called.
  private static final Set<String> RESERVED =
      Set.of(
          "item",
          "map",
          "merge",
          "step",
          "workflow",
          "shell",
          "claude",
          "env",
          "error",
          "validation",
          "foreach",
          "git",
          "last",
          "session",
          "project",
          "worktree");

  private static final List<String> EVERYWHERE =
      List.of(
          "last",
          "shell",
          "claude",
          "agent",
          "test",
          "handler",
          "foreach",
          "write_file",
          "output",
          "CAPTURED_OUTPUT",
          "workflow",
          "workflow_name",
          "workflow_id",
          "workflow_iteration",
          "step",
          "step_name",
          "step_index",
          "total_steps",
          "session",
          "project",
          "PROJECT_ROOT",
          "worktree",
          "WORKTREE",
          "ITERATION",
          "git",
          "env",
          "active_profile",
          "ARG",
          "ARGS",
          "ARGUMENT");

  private static final List<String> INPUTS =
      List.of("item", "ITEM", "item_index", "item_total", "INDEX", "TOTAL", "FILE", "FILE_PATH");
  private static final List<String> ITEMS =
      List.of(
          "item",
          "ITEM",
          "item_index",
          "item_total",
          "item_id",
          "item_json",
          "agent_id",
          "attempt",
          "worker",
          "FILE",
          "FILE_PATH");
  static final List<String> OF_ITEM = List.of("item", "item_index", "item_total", "index", "total");

  private static final Pattern ARGUMENT = Pattern.compile("ARG_\\d+");

  private BuiltIn() {}

  static void warnIfHidden(Value name) {
    if (RESERVED.contains(name.scalar())) {
      name.warn("`%s` hides the built-in variable of that name".formatted(name.scalar()));
    }
  }

  /// The first parts of the names that are there in a phase from its first step on.
  static Set<String> in(NameCheck.Phase phase) {
    var names = new HashSet<>(EVERYWHERE);
    switch (phase) {
      case MAIN -> names.addAll(INPUTS);
      case SETUP -> names.addAll(List.of("setup", "job_id"));
      case MAP -> {
        names.addAll(ITEMS);
        names.addAll(List.of("setup", "job_id"));
      }
      case REDUCE -> names.addAll(List.of("setup", "job_id", "map", "result"));
      case MERGE -> names.add("merge");
      case JOB_MERGE ->
          names.addAll(List.of("setup", "job_id", "map", "result", "reduce", "merge"));
    }
    return names;
  }

  static boolean isArgument(String name) {
    return ARGUMENT.matcher(name).matches();
  }
}
