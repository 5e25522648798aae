package dev.prodigy.storage.file;

import dev.prodigy.model.JobId;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.SessionId;
import java.nio.file.Path;
import java.util.List;

/// Where everything is under the storage root. Users type these paths: they are a contract.
public record Layout(Path root) {
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
  public List<Path> topLevel() {
    return TOP_LEVEL.stream().map(root::resolve).toList();
  }

  public Path repositories() {
    return root.resolve("repositories.json");
  }

  public Path sessions() {
    return root.resolve("sessions");
  }

  public Path runLocks() {
    return root.resolve("resume_locks");
  }

  public Path events(RepoName repository) {
    return root.resolve("events").resolve(repository.value());
  }

  public Path archivedEvents(RepoName repository) {
    return root.resolve("archive").resolve("events").resolve(repository.value());
  }

  public Path state(RepoName repository) {
    return root.resolve("state").resolve(repository.value());
  }

  public Path mappings(RepoName repository) {
    return state(repository).resolve("mappings");
  }

  public Path jobs(RepoName repository) {
    return state(repository).resolve("mapreduce/jobs");
  }

  public Path job(RepoName repository, JobId job) {
    return jobs(repository).resolve(job.value());
  }

  public Path workflowCheckpoints(RepoName repository) {
    return state(repository).resolve("checkpoints");
  }

  public Path deadLetters(RepoName repository) {
    return root.resolve("dlq").resolve(repository.value());
  }

  public Path worktrees(RepoName repository) {
    return root.resolve("worktrees").resolve(repository.value());
  }

  public Path worktreeRecords(RepoName repository) {
    return worktrees(repository).resolve(".metadata");
  }

  public Path orphans(RepoName repository) {
    return root.resolve("orphaned_worktrees").resolve(repository.value());
  }

  /// Where what a repair takes away is kept, under the path it had.
  public Path quarantine() {
    return root.resolve("quarantine");
  }

  /// What was taken over from a repository's own `.prodigy`.
  public Path migration(RepoName repository) {
    return state(repository).resolve("migrations/legacy-local.json");
  }

  public Path logs(RepoName repository) {
    return root.resolve("logs").resolve(repository.value());
  }

  public Path logs(RepoName repository, SessionId session) {
    return root.resolve("logs").resolve(repository.value()).resolve(session.value());
  }
}
