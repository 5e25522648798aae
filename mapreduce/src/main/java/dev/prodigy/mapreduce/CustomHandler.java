package dev.prodigy.mapreduce;

import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.OnItemFailure;
import dev.prodigy.workflow.Position;
import dev.prodigy.workflow.Step;

/// `on_item_failure: "custom:<command>"` as a step.
final class CustomHandler {
  private CustomHandler() {}

  static Step step(OnItemFailure.Custom custom) {
    Command command =
        custom.claude()
            ? new Command.Claude(custom.command())
            : new Command.Shell(custom.command());
    return Step.plain(
        0, "on_item_failure", command, null, new Position("error_policy.on_item_failure", 1, 1));
  }
}
