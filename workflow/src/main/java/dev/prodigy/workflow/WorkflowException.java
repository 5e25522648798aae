package dev.prodigy.workflow;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.workflow.compose.WorkflowComposer;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A workflow that cannot be read, or cannot be run as written.
public final class WorkflowException extends ProdigyException {
  private static final long serialVersionUID = 1L;

  /// What a terminal shows; [#problems] has all.
  private static final int MOST = 50;

  private final transient List<Problem> problems;

  private WorkflowException(
      ErrorCode code,
      String message,
      @Nullable String where,
      @Nullable String why,
      @Nullable String hint,
      @Nullable Throwable cause,
      List<Problem> problems) {
    super(code, message, where, why, hint, cause);
    this.problems = problems;
  }

  /// Everything found in the file, warnings too, by position; empty for errors that are not about
  /// its content.
  public List<Problem> problems() {
    return problems;
  }

  static WorkflowException notFound(Path file) {
    return new WorkflowException(
        ErrorCode.WORKFLOW_NOT_FOUND,
        "Workflow file '%s' does not exist".formatted(file),
        null,
        null,
        null,
        null,
        List.of());
  }

  static WorkflowException unreadable(Path file, IOException cause) {
    return new WorkflowException(
        ErrorCode.WORKFLOW,
        "Failed to read playbook file: " + file,
        file.toString(),
        why(cause),
        null,
        cause,
        List.of());
  }

  private static String why(IOException cause) {
    return switch (cause) {
      case CharacterCodingException _ -> "not UTF-8 text";
      case AccessDeniedException _ -> "permission denied";
      default -> cause.getMessage() == null ? cause.toString() : cause.getMessage();
    };
  }

  /// @param kind `YAML playbook`, `JSON playbook` or `MapReduce workflow`
  /// @param problems by position; at least one error
  static WorkflowException invalid(
      String kind, String file, List<Problem> problems, String reminder) {
    List<Problem> errors = problems.stream().filter(Problem::isError).toList();
    Problem first = errors.getFirst();
    if (errors.size() == 1 && first.code() == ErrorCode.WORKFLOW_CIRCULAR) {
      return circular(first, remarks(problems).strip(), problems);
    }
    return new WorkflowException(
        first.code(),
        "Failed to parse %s: %s".formatted(kind, file),
        first.position() + "\n" + first.where(),
        causes(errors) + remarks(problems),
        reminder,
        null,
        List.copyOf(problems));
  }

  /// Files that lead to each other need no reminder of how a file looks.
  private static WorkflowException circular(Problem circle, String remarks, List<Problem> all) {
    return new WorkflowException(
        circle.code(),
        circle.cause(),
        circle.position() + "\n" + circle.where(),
        remarks,
        null,
        null,
        List.copyOf(all));
  }

  /// @param faults at least one
  static WorkflowException parameters(List<WorkflowComposer.Fault> faults) {
    var first = faults.getFirst();
    boolean missing = first.message().startsWith("Required parameter");
    String message =
        faults.size() == 1 && missing
            ? first.message()
            : "Parameter validation failed"
                + faults.stream()
                    .map(fault -> "\n  - '%s': %s".formatted(fault.name(), fault.message()))
                    .collect(Collectors.joining());
    return new WorkflowException(
        faults.size() == 1 ? first.code() : ErrorCode.VALIDATION,
        message,
        faults.stream()
            .filter(fault -> fault.declared() != null)
            .map(fault -> "'%s' is declared at %s".formatted(fault.name(), fault.declared()))
            .collect(Collectors.joining("\n")),
        null,
        "--param %s=...".formatted(first.name()),
        null,
        List.of());
  }

  static WorkflowException variableNotFound(String name) {
    return value(
        "Environment variable '%s' not found in workflow env or system environment"
            .formatted(name));
  }

  static WorkflowException variableUnusable(String name, String value, String why) {
    return value(
        "Failed to parse environment variable '%s' value '%s': %s".formatted(name, value, why));
  }

  private static WorkflowException value(String message) {
    return new WorkflowException(ErrorCode.ENVIRONMENT, message, null, null, null, null, List.of());
  }

  /// The first cause, whose place is told apart, then the others with their places.
  private static String causes(List<Problem> errors) {
    return errors.getFirst().cause()
        + errors.stream()
            .skip(1)
            .limit(MOST)
            .map(p -> "\n\n%s\n%s\n%s".formatted(p.position(), p.where(), p.cause()))
            .collect(Collectors.joining())
        + more(errors.size() - 1, "errors");
  }

  /// What is no error may still explain one: a misspelled field, and then one that is missing.
  private static String remarks(List<Problem> problems) {
    List<Problem> remarks = problems.stream().filter(p -> !p.isError()).toList();
    return remarks.isEmpty()
        ? ""
        : remarks.stream()
                .limit(MOST)
                .map(p -> "\nwarning: " + p)
                .collect(Collectors.joining("", "\n", ""))
            + more(remarks.size(), "warnings");
  }

  private static String more(int count, String what) {
    return count > MOST ? "\n\nand %d more %s".formatted(count - MOST, what) : "";
  }
}
