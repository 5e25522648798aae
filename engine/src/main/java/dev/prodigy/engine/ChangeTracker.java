package dev.prodigy.engine;

import dev.prodigy.model.Json;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.StepReferences;
import dev.prodigy.workflow.expression.Variables;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The variables `step.files_added` and the like for one list of steps. While a step's command runs
/// they tell what the step before it changed; in what belongs to the step (its checks and handlers)
/// what it has changed itself so far.
///
/// Costs git processes for every step, so there is one only for lists whose steps refer to it.
final class ChangeTracker {
  /// Under which the last step's changes are kept among the variables, for a run that resumes.
  static final String KEPT = "__step_changes";

  private final GitSnapshots snapshots;
  private final Variables variables;
  private GitSnapshots.@Nullable Snapshot before;
  private JsonNode previous;
  private boolean own;

  private ChangeTracker(GitSnapshots snapshots, Variables variables, JsonNode previous) {
    this.snapshots = snapshots;
    this.variables = variables;
    this.previous = previous;
  }

  /// @param first false: steps before have run already, perhaps in another process
  /// @return null if no step asks for it
  static @Nullable ChangeTracker of(
      List<Step> steps, GitState git, Variables variables, boolean first) {
    if (!StepReferences.any(steps, ChangeTracker::isOurs)) {
      return null;
    }
    JsonNode kept = first ? null : variables.lookup(KEPT);
    var tracker =
        new ChangeTracker(
            new GitSnapshots(git), variables, kept == null ? GitChanges.NONE.json() : kept);
    GitChanges.VARIABLES.keySet().forEach(tracker::publish);
    return tracker;
  }

  private static boolean isOurs(String reference) {
    if (!reference.startsWith("step.")) {
      return false;
    }
    String name = reference.substring("step.".length());
    int end = 0;
    while (end < name.length()
        && (Character.isLetter(name.charAt(end)) || name.charAt(end) == '_')) {
      end++;
    }
    return GitChanges.VARIABLES.containsKey(name.substring(0, end));
  }

  private void publish(String name) {
    variables.setLive("step." + name, () -> value(name));
  }

  private JsonNode value(String name) {
    GitSnapshots.Snapshot since = before;
    JsonNode changes = own && since != null ? snapshots.changes(since).json() : previous;
    JsonNode value = changes.get(name);
    return value == null ? Json.NODES.nullNode() : value;
  }

  /// Before the step's condition is looked at.
  void begin() {
    before = snapshots.take();
    own = false;
  }

  /// From here on the step's own changes are meant.
  void showOwn() {
    own = true;
  }

  void showPrevious() {
    own = false;
  }

  /// After everything that belongs to the step.
  ///
  /// @param finished false: it was skipped or will run again, and is nobody's step before
  void end(boolean finished) {
    GitSnapshots.Snapshot since = before;
    if (since != null && finished) {
      previous = snapshots.changes(since).json();
      variables.set(KEPT, previous);
    }
    own = false;
    before = null;
  }
}
