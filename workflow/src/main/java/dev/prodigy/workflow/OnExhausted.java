package dev.prodigy.workflow;

import dev.prodigy.workflow.expression.Template;

/// What happens when no attempt is left and the step has no failure handler of its own.
public sealed interface OnExhausted {

  /// The step fails.
  record Stop() implements OnExhausted {}

  /// The failure is noted and the workflow goes on.
  record Continue() implements OnExhausted {}

  /// Run once in the step's place; its success is the step's.
  record Fallback(Template command) implements OnExhausted {

    /// Whether the text is a prompt, not a shell command.
    public boolean claude() {
      return command.source().startsWith("/");
    }
  }
}
