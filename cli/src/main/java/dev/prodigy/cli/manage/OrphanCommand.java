package dev.prodigy.cli.manage;

import dev.prodigy.agent.CommandResult;
import dev.prodigy.agent.CommandSpec;
import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.git.AgentWorktrees;
import dev.prodigy.git.Repository;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Orphan;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// `prodigy worktree clean-orphaned`: agent worktrees whose cleanup failed, or that were kept to
/// find out why an agent failed.
final class OrphanCommand {
  private static final Argument<Optional<String>> JOB =
      Argument.optional("JOB", Values.ID, "Only of this job");
  private static final Option<Boolean> DRY_RUN =
      Option.flag("dry-run", "Only say what would be removed");
  private static final Option<Boolean> FORCE = Option.flag("force", "Do not ask").letter('f');
  private static final Option<Boolean> YES = Option.flag("yes", "Do not ask").letter('y');

  private OrphanCommand() {}

  static void define(Command command) {
    command.arguments(JOB).options(DRY_RUN, FORCE, YES).runs(OrphanCommand::clean);
  }

  private record Found(JobId job, Orphan orphan) {}

  private static int clean(Invocation call) {
    Store store = Workspace.store(call);
    RepositoryStore repository = Workspace.repositoryStore(call, store);
    Console console = call.console();
    List<Found> found = find(repository, call.get(JOB).map(JobId::new));
    if (found.isEmpty()) {
      console.print("No orphaned worktrees found.");
      return ExitCode.OK;
    }
    for (Found f : found) {
      console.print(
          "- %s (agent: %s, item: %s, error: %s)"
              .formatted(
                  f.orphan().path(),
                  f.orphan().agentId(),
                  f.orphan().itemId(),
                  f.orphan().error()));
    }
    if (call.get(DRY_RUN)) {
      console.print("Dry run: would clean %d worktree(s)".formatted(found.size()));
      return ExitCode.OK;
    }
    boolean agreed = call.get(FORCE) || call.get(YES);
    if (!console
        .prompts()
        .destroy("Clean %d orphaned worktree(s)?".formatted(found.size()), agreed)) {
      return ExitCode.OK;
    }
    Path worktrees = store.root().resolve("worktrees");
    Repository git = Workspace.repository(call);
    boolean good = true;
    try (var processes = new ProcessRunner()) {
      for (Found f : found) {
        good &= cleanOne(console, repository, git, processes, worktrees, f, call.env());
      }
    }
    return good ? ExitCode.OK : ExitCode.FAILED;
  }

  private static List<Found> find(RepositoryStore repository, Optional<JobId> job) {
    var found = new ArrayList<Found>();
    for (JobId each : job.map(List::of).orElseGet(() -> repository.orphans().jobs())) {
      repository.orphans().list(each).forEach(orphan -> found.add(new Found(each, orphan)));
    }
    return found;
  }

  private static boolean cleanOne(
      Console console,
      RepositoryStore repository,
      Repository git,
      ProcessRunner processes,
      Path worktrees,
      Found found,
      Map<String, String> env) {
    String shown = found.orphan().path();
    Path path = Path.of(shown).normalize();
    if (!path.startsWith(worktrees)) {
      console.error("Failed to clean %s: it is not in the store".formatted(shown));
      return false;
    }
    boolean there = Files.isDirectory(path);
    if (there) {
      CommandResult removed =
          processes.run(
              CommandSpec.of(
                  List.of("git", "worktree", "remove", "--force", path.toString()),
                  git.mainRoot(),
                  env));
      if (!removed.succeeded()) {
        console.error("Failed to clean %s: %s".formatted(shown, removed.stderr().strip()));
        return false;
      }
    }
    String branch = found.orphan().branch();
    if (branch != null) {
      AgentWorktrees.deleteBranches(git, List.of(branch));
    }
    repository.orphans().remove(found.job(), shown);
    console.print((there ? "Cleaned: " : "Already removed: ") + shown);
    return true;
  }
}
