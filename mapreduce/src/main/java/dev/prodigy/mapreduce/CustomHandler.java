package dev.prodigy.mapreduce;

import dev.prodigy.workflow.Capture;
import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.OnItemFailure;
import dev.prodigy.workflow.Position;
import dev.prodigy.workflow.Step;
import java.util.List;
import java.util.Map;

/// `on_item_failure: "custom:<command>"` as a step.
final class CustomHandler {
  private CustomHandler() {}

  static Step step(OnItemFailure.Custom custom) {
    Command command =
        custom.claude()
            ? new Command.Claude(custom.command())
            : new Command.Shell(custom.command());
    return new Step(
        0,
        null,
        "on_item_failure",
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
        null,
        false,
        false,
        null,
        new Position("error_policy.on_item_failure", 1, 1));
  }
}
