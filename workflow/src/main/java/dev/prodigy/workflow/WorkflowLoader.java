package dev.prodigy.workflow;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// Reads workflow files.
public final class WorkflowLoader {

  private WorkflowLoader() {}

  /// @throws WorkflowException if the file is missing, unreadable, or anything in it is wrong
  public static LoadedWorkflow load(Path file) {
    try {
      return parse(Files.readString(file), file.toString());
    } catch (IOException e) {
      throw WorkflowException.unreadable(file, e);
    }
  }

  /// @param fileName for messages; its extension says whether the text is YAML or JSON
  /// @throws WorkflowException if anything in it is wrong; tells everything at once
  public static LoadedWorkflow parse(String text, String fileName) {
    List<Problem> problems = List.of();
    throw WorkflowException.invalid("YAML playbook", fileName, problems, text);
  }
}
