package dev.prodigy.engine;

import dev.prodigy.model.Session;
import dev.prodigy.model.WorkflowCheckpoint;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.Parameters;
import dev.prodigy.workflow.WorkflowLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The workflow of a session that is taken up again, and whether it still is the one the session
/// was run with so far.
public final class SavedWorkflow {
  private static final int SHOWN_HASH = 12;

  private SavedWorkflow() {}

  /// The workflow's file, or the copy kept with the session if the file is gone.
  ///
  /// @param other where the user says the file is now; null if they do not
  public static LoadedWorkflow of(
      Session session, @Nullable Path other, RunSettings settings, RunReporter reporter) {
    JsonNode text = session.metadata().get(SessionSetup.WORKFLOW_TEXT);
    JsonNode name = session.metadata().get(SessionSetup.WORKFLOW_FILE);
    LoadedWorkflow copy =
        text == null || name == null
            ? null
            : WorkflowLoader.parse(text.stringValue(), name.stringValue());
    Parameters before = copy == null ? Parameters.NONE : copy.workflow().parameters();
    if (other != null) {
      return settings.load(other, before);
    }
    String path = session.workflowPath();
    if (path != null && Files.isRegularFile(Path.of(path))) {
      return settings.load(Path.of(path), before);
    }
    if (copy == null || !before.secret().isEmpty()) {
      throw EngineException.notResumable(
          "Workflow file of session %s is gone: %s".formatted(session.id(), path),
          copy == null
              ? "there is no copy of it"
              : "its copy does not have the values of its secret parameters",
          "prodigy resume %s --workflow-path <file>".formatted(session.id()));
    }
    if (path != null) {
      reporter.warning("Workflow file is gone, using the copy kept with the session: " + path);
    }
    return copy;
  }

  /// The positional arguments the session was begun with.
  public static List<String> args(Session session) {
    var args = new ArrayList<String>();
    JsonNode stored = session.metadata().get(SessionSetup.ARGS);
    if (stored != null) {
      stored.forEach(arg -> args.add(arg.asString()));
    }
    return args;
  }

  /// Steps still to come may have changed; finished ones must not have.
  ///
  /// @param force finished ones may have, too; they stay finished
  static void compare(
      WorkflowCheckpoint then, LoadedWorkflow now, boolean force, RunReporter reporter) {
    List<String> before = then.stepHashes();
    List<String> after = now.stepHashes();
    if (before.isEmpty() || then.workflowHash().equals(now.hash())) {
      return;
    }
    var changed = new ArrayList<Integer>();
    for (int i = 0; i < Math.max(before.size(), after.size()); i++) {
      if (!hash(before, i).equals(hash(after, i))) {
        changed.add(i);
      }
    }
    if (!changed.isEmpty() && changed.getFirst() < then.currentStepIndex() && !force) {
      throw changed(changed.getFirst(), then, before, after);
    }
    String what =
        changed.isEmpty()
            ? "its settings"
            : "step "
                + String.join(", ", changed.stream().map(i -> Integer.toString(i + 1)).toList());
    reporter.warning("The workflow has changed since the checkpoint: " + what);
  }

  private static EngineException changed(
      int step, WorkflowCheckpoint then, List<String> before, List<String> after) {
    return EngineException.workflowChanged(
        "Workflow has changed since the checkpoint: step %d was finished already"
            .formatted(step + 1),
        "%d -> %d steps; step %d: %s -> %s; %d steps are finished"
            .formatted(
                before.size(),
                after.size(),
                step + 1,
                shown(hash(before, step)),
                shown(hash(after, step)),
                then.currentStepIndex()));
  }

  private static String hash(List<String> hashes, int index) {
    return index < hashes.size() ? hashes.get(index) : "none";
  }

  private static String shown(String hash) {
    String digits = hash.substring(hash.indexOf(':') + 1);
    return digits.substring(0, Math.min(SHOWN_HASH, digits.length()));
  }
}
