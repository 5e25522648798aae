package dev.prodigy.cli.manage;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.git.GitException;
import dev.prodigy.git.SessionWorktrees.Removed;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Orphan;
import dev.prodigy.storage.OrphanRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `prodigy worktree clean-orphaned`: agent worktrees whose cleanup failed, or that were kept to
/// find out why an agent failed. Their unmerged commits stay under `refs/prodigy/abandoned/`.
final class OrphanCommand {
  private static final Argument<Optional<String>> JOB =
      Argument.optional("JOB", Values.ID, "Only of this job");

  private final Console console;
  private final WorktreePlace place;

  private OrphanCommand(Invocation call) {
    this.console = call.console();
    this.place = WorktreePlace.of(call);
  }

  static void define(Command command) {
    command
        .arguments(JOB)
        .options(Confirmation.DRY_RUN, Confirmation.FORCE, Confirmation.YES)
        .runs(call -> new OrphanCommand(call).clean(call));
  }

  private record Found(JobId job, Orphan orphan) {}

  private int clean(Invocation call) {
    List<Found> found = find(call.get(JOB).map(JobId::new));
    if (found.isEmpty()) {
      console.print("No orphaned worktrees found.");
      return ExitCode.OK;
    }
    for (Found f : found) {
      Orphan orphan = f.orphan();
      console.print(
          "- %s (agent: %s, item: %s, error: %s)"
              .formatted(orphan.path(), orphan.agentId(), orphan.itemId(), orphan.error()));
    }
    if (call.get(Confirmation.DRY_RUN)) {
      console.print("Dry run: would clean %d worktree(s)".formatted(found.size()));
      return ExitCode.OK;
    }
    if (!Confirmation.given(call, "Clean %d orphaned worktree(s)?".formatted(found.size()))) {
      return ExitCode.OK;
    }
    boolean good = true;
    for (Found f : found) {
      good &= cleanOne(f);
    }
    return good ? ExitCode.OK : ExitCode.FAILED;
  }

  private List<Found> find(Optional<JobId> job) {
    OrphanRegistry orphans = place.repositoryStore().orphans();
    var found = new ArrayList<Found>();
    for (JobId each : job.map(List::of).orElseGet(orphans::jobs)) {
      orphans.list(each).forEach(orphan -> found.add(new Found(each, orphan)));
    }
    return found;
  }

  /// An entry leaves the registry as soon as its worktree is gone.
  private boolean cleanOne(Found found) {
    String shown = found.orphan().path();
    Path path = Path.of(shown).normalize();
    String reason = reasonToRefuse(found.job(), path);
    boolean there = Files.exists(path, LinkOption.NOFOLLOW_LINKS);
    if (reason == null && there) {
      reason = removed(path);
    }
    if (reason != null) {
      console.error("Failed to clean %s: %s".formatted(shown, reason));
      return false;
    }
    place.repositoryStore().orphans().remove(found.job(), shown);
    console.print((there ? "Cleaned: " : "Already removed: ") + shown);
    return true;
  }

  /// What is written in a registry is no proof: only worktrees of this repository are removed.
  private @Nullable String reasonToRefuse(JobId job, Path path) {
    if (place.store().locks().liveHolder(job.value()).isPresent()) {
      return "its job is at work";
    }
    Path parent = path.getParent();
    return parent != null && real(parent).equals(real(place.repositoryStore().worktreesDirectory()))
        ? null
        : "it is not among this repository's worktrees";
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException _) { // gone: then as it is spelled
      return path.toAbsolutePath().normalize();
    }
  }

  /// Why it is still there; null if it is gone.
  private @Nullable String removed(Path path) {
    try {
      Removed removed =
          place.worktrees().remove(String.valueOf(path.getFileName()), true, console::note);
      return removed.done() ? null : removed.reason();
    } catch (GitException e) {
      return e.message();
    }
  }
}
