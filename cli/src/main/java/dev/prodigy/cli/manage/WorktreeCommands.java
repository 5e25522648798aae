package dev.prodigy.cli.manage;

import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Values;
import java.util.List;

/// `prodigy worktree`: the git worktrees of sessions. Nothing here removes work that is not kept
/// elsewhere, and nothing touches what a live process owns.
public final class WorktreeCommands {
  static final Argument<List<String>> NAMES =
      Argument.rest("NAME", Values.ID, "Worktree, session or job");

  private WorktreeCommands() {}

  public static void define(Command worktree) {
    worktree.add("ls", "List worktrees of sessions", WorktreeListing::define).alias("list");
    worktree.add(
        "merge", "Merge a session's work into the branch it came from", WorktreeMerge::define);
    worktree
        .add("clean", "Remove worktrees that hold no unmerged work", WorktreeClean::define)
        .alias("cleanup")
        .alias("remove")
        .alias("rm");
    worktree.add("clean-orphaned", "Remove what agents left behind", OrphanCommand::define);
  }
}
