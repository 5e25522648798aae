package dev.prodigy.engine;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/// What became of a list of steps; it ends with the step that failed or was stopped, if any.
///
/// @param success every step ran, and none failed
/// @param stopped the run was told to stop before the list was finished
public record StepsOutcome(List<StepOutcome> outcomes, boolean success, boolean stopped) {
  public StepsOutcome {
    outcomes = List.copyOf(outcomes);
  }

  public Optional<StepOutcome> failed() {
    return outcomes.stream().filter(StepOutcome::failed).findFirst();
  }

  /// The standard outputs of the steps, joined by newlines.
  public String output() {
    return outcomes.stream()
        .map(StepOutcome::stdout)
        .filter(text -> !text.isEmpty())
        .collect(Collectors.joining("\n"));
  }
}
