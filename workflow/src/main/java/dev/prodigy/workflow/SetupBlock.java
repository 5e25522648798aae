package dev.prodigy.workflow;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What runs once, before the work items are read.
///
/// @param timeout of the whole phase; none = unlimited
/// @param captureOutputs by variable name, in the order written; indices lie within `steps`
public record SetupBlock(
    List<Step> steps, @Nullable Limit timeout, Map<String, CaptureOutput> captureOutputs) {

  public SetupBlock {
    steps = List.copyOf(steps);
    captureOutputs = Collections.unmodifiableMap(new LinkedHashMap<>(captureOutputs));
  }
}
