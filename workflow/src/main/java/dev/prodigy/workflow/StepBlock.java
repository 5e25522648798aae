package dev.prodigy.workflow;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// A list of steps with a limit for all of them together.
public record StepBlock(List<Step> steps, @Nullable Limit timeout) {

  public StepBlock {
    steps = List.copyOf(steps);
  }
}
