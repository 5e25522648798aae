package dev.prodigy.workflow;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.List;
import java.util.Locale;

/// Loads workflows written in tests.
final class Workflows {

  private Workflows() {}

  static LoadedWorkflow load(String text) {
    try {
      return WorkflowLoader.parse(text, "w.yml");
    } catch (WorkflowException e) {
      throw new AssertionError(e.problems().toString(), e);
    }
  }

  static SequentialWorkflow sequential(String text) {
    return (SequentialWorkflow) load(text).workflow();
  }

  static MapReduceWorkflow mapReduce(String text) {
    return (MapReduceWorkflow) load("name: job\nmode: mapreduce\n" + text).workflow();
  }

  /// A job with a map, and more fields of it.
  static MapBlock map(String fields) {
    return mapReduce(
            """
            map:
              input: items.json
              agent_template:
                - shell: "true"
            """
                + fields.indent(2))
        .map();
  }

  /// The only step of a workflow; its fields indented by two.
  static Step step(String fields) {
    return sequential("- " + fields.strip()).steps().getFirst();
  }

  /// A step `shell: "false"` with that `on_failure`.
  static FailureHandler handler(String onFailure) {
    FailureHandler handler = step("shell: 'false'\n  on_failure: " + onFailure.strip()).onFailure();
    if (handler == null) {
      throw new AssertionError("no handler");
    }
    return handler;
  }

  static WorkflowException error(String text) {
    return error(text, "w.yml");
  }

  static WorkflowException error(String text, String file) {
    var thrown =
        catchThrowableOfType(WorkflowException.class, () -> WorkflowLoader.parse(text, file));
    if (thrown == null) {
      throw new AssertionError("loads without an error");
    }
    return thrown;
  }

  /// `line:column cause` of each problem of a workflow that does not load.
  static List<String> causes(String text) {
    return told(error(text).problems());
  }

  /// `line:column warning: cause` of what is remarkable about a workflow that loads.
  static List<String> remarks(String text) {
    return told(load(text).remarks());
  }

  private static List<String> told(List<Problem> problems) {
    return problems.stream()
        .map(
            p ->
                "%d:%d %s%s"
                    .formatted(
                        p.position().line(),
                        p.position().column(),
                        p.isError() ? "" : p.severity().name().toLowerCase(Locale.ROOT) + ": ",
                        p.cause()))
        .toList();
  }
}
