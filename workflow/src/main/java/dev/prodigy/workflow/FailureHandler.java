package dev.prodigy.workflow;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What happens when a step fails.
///
/// @param maxAttempts cycles of "handler, then the step again"; 0 = handler only
/// @param failWorkflow fail unless a re-run succeeded
/// @param handlerFailureFatal a failed handler fails the workflow at once
/// @param timeout of all handler steps together
/// @param capture variable to `output`, `exit_code` or `success` of the handler
/// @param commitRequired the handler must commit, else it counts as failed
/// @param tolerateOnly no steps: the failure is merely ignored
public record FailureHandler(
    List<Step> steps,
    int maxAttempts,
    boolean failWorkflow,
    boolean handlerFailureFatal,
    Strategy strategy,
    @Nullable Limit timeout,
    Map<String, String> capture,
    boolean commitRequired,
    boolean tolerateOnly) {

  /// `on_failure: true`.
  public static final FailureHandler TOLERATE = bare(false);

  /// `on_failure: false`: as if there were no handler, except that a captured boolean no longer
  /// takes the exit code as its answer.
  public static final FailureHandler FAIL = bare(true);

  /// Only `RECOVERY` and `FALLBACK` can turn the step into a success without a re-run; `FALLBACK`
  /// gives it the handler's output.
  public enum Strategy {
    RECOVERY,
    FALLBACK,
    CLEANUP,
    CUSTOM
  }

  public FailureHandler {
    steps = List.copyOf(steps);
    capture = Collections.unmodifiableMap(new LinkedHashMap<>(capture));
  }

  /// Whether the failure stands as if there were no handler at all.
  public boolean failsPlainly() {
    return steps.isEmpty() && failWorkflow;
  }

  private static FailureHandler bare(boolean fail) {
    return new FailureHandler(
        List.of(), 0, fail, false, Strategy.RECOVERY, null, Map.of(), false, !fail);
  }
}
