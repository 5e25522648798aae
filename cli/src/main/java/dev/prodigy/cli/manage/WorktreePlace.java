package dev.prodigy.cli.manage;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.run.Standing;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.git.Repository;
import dev.prodigy.git.SessionWorktrees;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.WorktreeRecord;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.file.Directories;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The worktrees of one repository: what git and our records know of them.
record WorktreePlace(
    Store store,
    RepositoryStore repositoryStore,
    Repository repository,
    SessionWorktrees worktrees) {
  private static final String AGENT = "mapreduce-agent-";

  static WorktreePlace of(Invocation call) {
    Store store = Workspace.store(call);
    return of(store, Workspace.repositoryStore(call, store), Workspace.repository(call));
  }

  static WorktreePlace of(Store store, RepositoryStore own, Repository repository) {
    return new WorktreePlace(
        store, own, repository, new SessionWorktrees(repository, own.worktreesDirectory()));
  }

  /// One worktree.
  ///
  /// @param record absent for agents' and for those that nobody remembers
  /// @param branch as git has it; absent when detached or unknown to git
  record Entry(String name, Path path, @Nullable WorktreeRecord record, @Nullable String branch) {

    boolean isOfAgent() {
      return name.startsWith(AGENT);
    }

    /// The session or job that decides whether it is needed.
    String owner() {
      if (record != null) {
        return record.sessionId();
      }
      if (!isOfAgent()) {
        return name;
      }
      String rest = name.substring(AGENT.length());
      int end = Math.max(rest.lastIndexOf("-slot-"), rest.lastIndexOf("_agent_"));
      return end < 0 ? rest : rest.substring(0, end);
    }

    /// When something last happened in it.
    Instant lastActivity() {
      return record != null
          ? record.updatedAt()
          : Instant.ofEpochMilli(path.toFile().lastModified());
    }
  }

  /// Those whose directories are there, newest activity first.
  ///
  /// @param cleanedUp also sessions whose worktree is gone
  List<Entry> entries(boolean cleanedUp) {
    var found = new LinkedHashMap<String, Entry>();
    for (WorktreeRecord record : repositoryStore.worktrees().list()) {
      Path path = Path.of(record.path());
      if (cleanedUp || Files.isDirectory(path)) {
        found.put(
            record.worktreeName(), new Entry(record.worktreeName(), path, record, record.branch()));
      }
    }
    for (SessionWorktrees.Listed listed : worktrees.list()) {
      if (!listed.prunable()) {
        found.putIfAbsent(
            listed.name(), new Entry(listed.name(), listed.path(), null, listed.branch()));
      }
    }
    for (Path directory : Directories.directories(repositoryStore.worktreesDirectory())) {
      String name = String.valueOf(directory.getFileName());
      found.putIfAbsent(name, new Entry(name, directory, null, null));
    }
    var sorted = new ArrayList<>(found.values());
    sorted.sort(Comparator.comparing(Entry::lastActivity).reversed());
    return sorted;
  }

  /// By the name of a worktree, session or job.
  ///
  /// @throws ProdigyException if there is none
  Entry named(String name) {
    return entries(true).stream()
        .filter(
            entry ->
                entry.name().equals(name)
                    || (entry.record() != null
                        && (entry.record().sessionId().equals(name)
                            || name.equals(entry.record().jobId()))))
        .findFirst()
        .orElseThrow(
            () ->
                new ProdigyException(
                    ErrorCode.GIT_WORKTREE_NOT_FOUND,
                    "Worktree not found: " + name,
                    "prodigy worktree ls"));
  }

  /// How many worktrees of agents each job has.
  Map<String, Integer> agentsByJob(List<Entry> entries) {
    var counts = new LinkedHashMap<String, Integer>();
    for (Entry entry : entries) {
      if (entry.isOfAgent()) {
        counts.merge(entry.owner(), 1, Integer::sum);
      }
    }
    return counts;
  }

  Standing standing(Entry entry) {
    if (entry.record() == null && !entry.isOfAgent() && !entry.name().startsWith("session-")) {
      return Standing.FINISHED; // no run of ours is called so
    }
    return Standing.of(store, repositoryStore, entry.owner());
  }

  String shownStatus(Entry entry) {
    WorktreeRecord record = entry.record();
    if (record == null) {
      return entry.isOfAgent() ? "Agent" : "Unknown";
    }
    return switch (record.status()) {
      case IN_PROGRESS ->
          store.locks().liveHolder(record.sessionId()).isPresent() ? "InProgress" : "Interrupted";
      case COMPLETED -> "Completed";
      case ABANDONED -> "Abandoned";
      case MERGED -> "Merged";
      case CLEANED_UP -> "CleanedUp";
      case FAILED -> "Failed";
      case INTERRUPTED -> "Interrupted";
    };
  }
}
