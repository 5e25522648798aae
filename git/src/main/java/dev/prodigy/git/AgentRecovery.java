package dev.prodigy.git;

import dev.prodigy.model.JobId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;

/// Clears away what agents of a killed run left behind. Runs under the repository's lock.
final class AgentRecovery {
  private static final String BRANCH = "prodigy-";

  private final Repository repository;
  private final WorktreeRegistry registry;
  private final JobId job;

  AgentRecovery(Repository repository, WorktreeRegistry registry, JobId job) {
    this.repository = repository;
    this.registry = registry;
    this.job = job;
  }

  void run(Predicate<String> keep) {
    var keptBranches = new HashSet<String>();
    var keptNames = new HashSet<String>();
    for (Registration registration : registry.ours()) {
      if (!ofJob(registration.name()) && !ofJob(registration.id())) {
        continue;
      }
      if (registration.retired() || registration.locked()) {
        finishRetirement(registration, keptNames);
        repository.head(registration.gitDir()).branch().ifPresent(keptBranches::add);
      } else {
        remove(registration);
      }
    }
    removeUnregistered(keptNames);
    removeStaleRefLocks();
    deleteBranches(branch -> keptBranches.contains(branch) || keep.test(branch));
  }

  private boolean ofJob(String name) {
    return name.startsWith("mapreduce-agent-" + job + "-slot-")
        || name.startsWith("mapreduce-agent-" + job + "_agent_");
  }

  /// A kill between the mark and the move leaves it at its slot's place.
  private void finishRetirement(Registration registration, Set<String> keptNames) {
    keptNames.add(registration.name());
    String prefix = "mapreduce-agent-" + job + "-slot-";
    Path path = registration.path();
    if (path == null || registration.prunable() || !registration.name().startsWith(prefix)) {
      return;
    }
    repository
        .head(registration.gitDir())
        .branch()
        .filter(branch -> branch.startsWith(BRANCH) && ofJob(branch.substring(BRANCH.length())))
        .map(branch -> registry.place(branch.substring(BRANCH.length())))
        .filter(place -> !Files.exists(place))
        .ifPresent(
            place -> {
              registry.move(path, place);
              keptNames.add(String.valueOf(place.getFileName()));
            });
  }

  private void remove(Registration registration) {
    RefFiles.Head head = repository.head(registration.gitDir());
    String commit = head.commit();
    // On a branch, the branch decides; without one, nothing else would keep the commits.
    if (head.ref() == null && commit != null && repository.resolve(commit).isPresent()) {
      new Abandoned(repository, job).keep(commit, registration.name());
    }
    Path path = registration.path();
    if (path != null) {
      Occupants.awaitGit(path);
    }
    if (path == null || registration.beingMade()) {
      registry.forget(registration);
    } else {
      registry.remove(path);
    }
  }

  /// Directories whose registration is gone: `git worktree add` was killed early, or somebody
  /// pruned.
  private void removeUnregistered(Set<String> keptNames) {
    Path directory = registry.directory();
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (var entries = Files.newDirectoryStream(directory, "mapreduce-agent-*")) {
      for (Path entry : entries) {
        String name = String.valueOf(entry.getFileName());
        if (ofJob(name) && !keptNames.contains(name) && Files.isDirectory(entry)) {
          registry.deleteTree(entry);
        }
      }
    } catch (IOException e) {
      throw GitException.io(directory, e);
    }
  }

  private void removeStaleRefLocks() {
    Path heads = repository.commonDir().resolve("refs/heads");
    if (!Files.isDirectory(heads)) {
      return;
    }
    try (var locks =
        Files.newDirectoryStream(heads, BRANCH + "mapreduce-agent-" + job + "_agent_*.lock")) {
      for (Path lock : locks) {
        StaleLock.remove(lock);
      }
    } catch (IOException e) {
      throw GitException.io(heads, e);
    }
  }

  private void deleteBranches(Predicate<String> kept) {
    List<String> branches =
        new ArrayList<>(repository.branches(BRANCH + "mapreduce-agent-" + job + "_agent_"));
    branches.removeIf(kept);
    BranchDeletions.delete(repository, branches);
  }
}
