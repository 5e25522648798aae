package dev.prodigy.storage.file;

import dev.prodigy.model.JobId;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.SessionId;
import java.nio.file.Path;
import java.util.List;

/// Where everything is under the storage root. Users type these paths: they are a contract.
record Layout(Path root) {
  private static final List<String> TOP_LEVEL =
      List.of(
          "events",
          "state",
          "sessions",
          "dlq",
          "worktrees",
          "orphaned_worktrees",
          "resume_locks",
          "logs",
          "archive");

  /// What exists from the start, so that `du` on any of them always works.
  List<Path> topLevel() {
    return TOP_LEVEL.stream().map(root::resolve).toList();
  }

  Path repositories() {
    return root.resolve("repositories.json");
  }

  Path sessions() {
    return root.resolve("sessions");
  }

  Path runLocks() {
    return root.resolve("resume_locks");
  }

  Path events(RepoName repository) {
    return root.resolve("events").resolve(repository.value());
  }

  Path state(RepoName repository) {
    return root.resolve("state").resolve(repository.value());
  }

  Path mappings(RepoName repository) {
    return state(repository).resolve("mappings");
  }

  Path jobs(RepoName repository) {
    return state(repository).resolve("mapreduce/jobs");
  }

  Path job(RepoName repository, JobId job) {
    return jobs(repository).resolve(job.value());
  }

  Path workflowCheckpoints(RepoName repository) {
    return state(repository).resolve("checkpoints");
  }

  Path deadLetters(RepoName repository) {
    return root.resolve("dlq").resolve(repository.value());
  }

  Path worktrees(RepoName repository) {
    return root.resolve("worktrees").resolve(repository.value());
  }

  Path worktreeRecords(RepoName repository) {
    return worktrees(repository).resolve(".metadata");
  }

  Path orphans(RepoName repository) {
    return root.resolve("orphaned_worktrees").resolve(repository.value());
  }

  Path logs(RepoName repository, SessionId session) {
    return root.resolve("logs").resolve(repository.value()).resolve(session.value());
  }
}
