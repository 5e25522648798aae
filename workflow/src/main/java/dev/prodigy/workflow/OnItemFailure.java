package dev.prodigy.workflow;

import dev.prodigy.workflow.expression.Template;

/// What becomes of a work item that finally failed.
public sealed interface OnItemFailure {

  record Dlq() implements OnItemFailure {}

  /// Retried first, with the default policy if none is given; then as [Dlq].
  record Retry() implements OnItemFailure {}

  record Skip() implements OnItemFailure {}

  record Stop() implements OnItemFailure {}

  /// Run in the failed agent's worktree; exit 0 = skipped, else as [Dlq].
  record Custom(Template command) implements OnItemFailure {

    /// Whether the text is a prompt, not a shell command.
    public boolean claude() {
      return command.source().startsWith("/");
    }
  }
}
