package dev.prodigy.workflow;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What must hold after a step's command succeeded, in this order; else the step fails.
///
/// @param outputs name to a pattern for a file the step made; `${id.name}` is its path
public record StepChecks(
    Map<String, String> outputs,
    @Nullable Validation validation,
    @Nullable StepValidation stepValidation) {

  public static final StepChecks NONE = new StepChecks(Map.of(), null, null);

  public StepChecks {
    outputs = Collections.unmodifiableMap(new LinkedHashMap<>(outputs));
  }
}
