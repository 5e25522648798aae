package dev.prodigy.cli.manage;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;

/// The options of every command that removes something.
final class Confirmation {
  static final Option<Boolean> YES = Option.flag("yes", "Do not ask").letter('y');
  static final Option<Boolean> FORCE = Option.flag("force", "Do not ask").letter('f');
  static final Option<Boolean> DRY_RUN = Option.flag("dry-run", "Only say what would be removed");
  static final Option<Boolean> INCLUDE_RESUMABLE =
      Option.flag("include-resumable", "Also what a run needs that could still be resumed");

  private Confirmation() {}

  /// Asks, unless the user agreed beforehand. Both flags must be options of the command.
  static boolean given(Invocation call, String question) {
    return call.console().prompts().destroy(question, call.get(YES) || call.get(FORCE));
  }
}
