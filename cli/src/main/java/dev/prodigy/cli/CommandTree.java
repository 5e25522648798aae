package dev.prodigy.cli;

import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.GlobalOptions;

/// All commands: their names, groups and summaries, like a table of contents. What a command takes
/// and does is in the class that defines it.
final class CommandTree {
  private CommandTree() {}

  static Command program() {
    return Command.program(
        "prodigy",
        "Runs AI workflows in isolated git worktrees, in parallel, and survives any crash",
        CommandTree::commands);
  }

  private static void commands(Command prodigy) {
    GlobalOptions.define(prodigy);
  }
}
