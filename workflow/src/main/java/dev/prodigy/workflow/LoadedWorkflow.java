package dev.prodigy.workflow;

import dev.prodigy.workflow.compose.Composition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A workflow as read from its file.
///
/// @param text the file's content, or the composed workflow, kept with a run so that it can resume
///   without the file
/// @param warnings about what works but should be written differently
/// @param hash `sha256:` of the meaning: comments, spacing and the order of keys do not matter
/// @param stepHashes likewise of each step of a sequential workflow; of a MapReduce workflow: each
///   setup step, the map's definition as one, each reduce step
/// @param composition what it was made of; null if it is one file and nothing else
public record LoadedWorkflow(
    Workflow workflow,
    String text,
    String fileName,
    List<String> warnings,
    String hash,
    List<String> stepHashes,
    @Nullable Composition composition) {

  public LoadedWorkflow {
    warnings = List.copyOf(warnings);
    stepHashes = List.copyOf(stepHashes);
  }

  /// Hash of what decides the work items and what is done with each: input, selection and agent
  /// template, not parallelism, limits or policies.
  public String mapHash() {
    return switch (workflow) {
      case MapReduceWorkflow job ->
          stepHashes.get(job.setup() == null ? 0 : job.setup().steps().size());
      case SequentialWorkflow _ -> throw new IllegalStateException(fileName + " has no map");
    };
  }
}
