package dev.prodigy.workflow;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What reading a workflow came to.
///
/// @param loaded null if there is an error
/// @param problems errors, warnings and suggestions, by position
/// @param kind what the file was read as: `YAML playbook`, `JSON playbook`, `MapReduce workflow`
/// @param reminder what such a file looks like
public record CheckedWorkflow(
    @Nullable LoadedWorkflow loaded, List<Problem> problems, String kind, String reminder) {

  public CheckedWorkflow {
    problems = List.copyOf(problems);
  }
}
