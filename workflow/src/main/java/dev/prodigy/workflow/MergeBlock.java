package dev.prodigy.workflow;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What brings the session's commits home instead of the default merge.
///
/// @param steps never empty
/// @param timeout of all steps together
public record MergeBlock(List<Step> steps, @Nullable Limit timeout) {

  public MergeBlock {
    steps = List.copyOf(steps);
  }
}
