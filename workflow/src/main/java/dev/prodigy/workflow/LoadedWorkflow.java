package dev.prodigy.workflow;

import dev.prodigy.workflow.compose.Composition;
import dev.prodigy.workflow.reading.Fingerprints;
import dev.prodigy.workflow.yaml.Value;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// A workflow as read from its file.
///
/// @param text the file's content, or the composed workflow, kept with a run so that it can resume
///   without the file
/// @param remarks what works, but hardly as meant or could be written better; by file and position
/// @param numbers variables that numbers are taken from; until [#resolved] these are stand-ins
/// @param fingerprints of its meaning and that of its steps
/// @param composition what it was made of; null if it is one file and nothing else
/// @param root the workflow as written or composed; every value knows where it stands
public record LoadedWorkflow(
    Workflow workflow,
    String text,
    String fileName,
    List<Problem> remarks,
    Set<String> numbers,
    Fingerprints fingerprints,
    @Nullable Composition composition,
    Value root) {

  public LoadedWorkflow {
    remarks = List.copyOf(remarks);
    numbers = Set.copyOf(numbers);
  }

  /// The same with the numbers that variables hold.
  ///
  /// @param variables the run's environment
  /// @throws WorkflowException if one is missing or holds no such number; tells all of them
  public LoadedWorkflow resolved(Function<String, @Nullable String> variables) {
    return numbers.isEmpty() ? this : WorkflowLoader.resolved(this, variables);
  }

  LoadedWorkflow with(Workflow other) {
    return new LoadedWorkflow(
        other, text, fileName, remarks, numbers, fingerprints, composition, root);
  }

  /// The remarks, each in a line with its position.
  public List<String> warnings() {
    return remarks.stream().map(Problem::toString).toList();
  }

  /// `sha256:` of the meaning: comments, spacing and the order of keys do not matter.
  public String hash() {
    return fingerprints.whole();
  }

  /// Likewise of each step of a sequential workflow; of a MapReduce workflow: each setup step, the
  /// map's definition as one, each reduce step.
  public List<String> stepHashes() {
    return fingerprints.steps();
  }

  /// Hash of what decides the work items and what is done with each: input, selection and agent
  /// template, not parallelism, limits or policies.
  public String mapHash() {
    return switch (workflow) {
      case MapReduceWorkflow job ->
          stepHashes().get(job.setup() == null ? 0 : job.setup().steps().size());
      case SequentialWorkflow _ -> throw new IllegalStateException(fileName + " has no map");
    };
  }
}
