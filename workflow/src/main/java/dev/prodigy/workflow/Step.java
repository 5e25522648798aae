package dev.prodigy.workflow;

import dev.prodigy.workflow.expression.Expression;
import dev.prodigy.workflow.expression.Template;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// One step of any list of steps: what it does, and everything around it.
///
/// @param index place in its list, from 0
/// @param id unique in its list; publishes `${id.output}` and the like
/// @param label how the user calls it
/// @param when false = the step is skipped
/// @param timeout of one execution
/// @param workingDir relative to the worktree's root, which it is by default
/// @param env overrides the workflow's; null takes a variable away
/// @param clearEnv of what is inherited and the workflow's only a minimal set
/// @param onExitCode by exit code; [#ANY_FAILURE] stands for any other non-zero code
/// @param retry with the workflow's defaults already in it; null = one execution
/// @param commitConfig of automatic commits
/// @param checks what must hold after the command has succeeded
public record Step(
    int index,
    @Nullable String id,
    @Nullable String label,
    Command command,
    @Nullable Expression when,
    @Nullable Limit timeout,
    @Nullable Template workingDir,
    Map<String, @Nullable Template> env,
    boolean clearEnv,
    Capture capture,
    @Nullable Template outputFile,
    @Nullable FailureHandler onFailure,
    List<Step> onSuccess,
    Map<Integer, List<Step>> onExitCode,
    @Nullable RetryPolicy retry,
    boolean commitRequired,
    boolean autoCommit,
    CommitConfig commitConfig,
    StepChecks checks,
    Position position) {

  /// The key of `on_exit_code: {"*": …}`.
  public static final int ANY_FAILURE = -1;

  public Step {
    env = Collections.unmodifiableMap(new LinkedHashMap<>(env));
    onSuccess = List.copyOf(onSuccess);
    onExitCode = Collections.unmodifiableMap(new LinkedHashMap<>(onExitCode));
  }

  /// A step that is nothing but its command.
  public static Step plain(int index, Command command, Position position) {
    return plain(index, null, command, null, position);
  }

  public static Step plain(
      int index,
      @Nullable String label,
      Command command,
      @Nullable RetryPolicy retry,
      Position position) {
    return new Step(
        index,
        null,
        label,
        command,
        null,
        null,
        null,
        Map.of(),
        false,
        Capture.DEFAULT,
        null,
        null,
        List.of(),
        Map.of(),
        retry,
        false,
        false,
        CommitConfig.DEFAULT,
        StepChecks.NONE,
        position);
  }

  /// How messages name the step: its label, or the command.
  public String display() {
    return StepDisplay.of(label, command);
  }
}
