package dev.prodigy.git;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Git refused or failed, or a repository is not what the work needs.
public final class GitException extends ProdigyException {
  private static final long serialVersionUID = 1L;

  private GitException(
      ErrorCode code,
      String message,
      @Nullable String where,
      @Nullable String why,
      @Nullable String hint,
      @Nullable Throwable cause) {
    super(code, message, where, why, hint, cause);
  }

  private static GitException of(ErrorCode code, String message, @Nullable String hint) {
    return new GitException(code, message, null, null, hint, null);
  }

  static GitException notARepository(Path path) {
    return of(
        ErrorCode.GIT_NOT_A_REPOSITORY,
        "Not a git repository: " + path,
        "git init, or cd into one");
  }

  static GitException noCommits() {
    return of(
        ErrorCode.GIT,
        "Repository has no commits: create one first (git commit --allow-empty -m init)",
        "git commit --allow-empty -m init");
  }

  static GitException gitMissing(String path) {
    return new GitException(
        ErrorCode.COMMAND_NOT_FOUND,
        "git was not found on PATH",
        path,
        null,
        "install git 2.25 or newer",
        null);
  }

  static GitException tooOld(String version) {
    return of(ErrorCode.GIT, version + " is too old", "install git 2.25 or newer");
  }

  static GitException failed(List<String> command, int exitCode, String stderr, Path directory) {
    return new GitException(
        ErrorCode.GIT_COMMAND_FAILED,
        "%s failed with exit code %d".formatted(String.join(" ", command), exitCode),
        directory.toString(),
        stderr.strip(),
        null,
        null);
  }

  static GitException timedOut(List<String> command, Path directory) {
    return new GitException(
        ErrorCode.TIMEOUT,
        "%s did not end in time".formatted(String.join(" ", command)),
        directory.toString(),
        null,
        null,
        null);
  }

  static GitException interrupted(String action) {
    return of(ErrorCode.INTERRUPTED, "Interrupted: " + action, null);
  }

  static GitException io(Path path, Throwable cause) {
    return new GitException(
        ErrorCode.GIT,
        "Cannot read or write " + path,
        path.toString(),
        String.valueOf(cause.getMessage()),
        null,
        cause);
  }

  static GitException worktreeNotCreated(Path path, String why) {
    return new GitException(
        ErrorCode.GIT, "Failed to create worktree: " + why, path.toString(), why, null, null);
  }

  static GitException worktreeNotFound(String name, Path path) {
    return new GitException(
        ErrorCode.GIT_WORKTREE_NOT_FOUND,
        "Worktree not found: " + name,
        path.toString(),
        null,
        "prodigy worktree ls",
        null);
  }

  static GitException headUnrelated(String name, String head, String known) {
    return new GitException(
        ErrorCode.GIT,
        "Worktree %s stands at %s, which does not contain the checkpoint's commit %s"
            .formatted(name, head, known),
        null,
        "its branch was moved to other history",
        "resume with --force to continue from there",
        null);
  }

  static GitException branchNotFound(String branch) {
    return of(ErrorCode.GIT_BRANCH_NOT_FOUND, "Branch not found: " + branch, "git branch --list");
  }

  static GitException branchExists(String branch) {
    return of(
        ErrorCode.GIT, "Branch exists already: " + branch, "git branch -m " + branch + " <other>");
  }

  static GitException noMergeTarget() {
    return of(
        ErrorCode.GIT,
        "Cannot determine a merge target; use: prodigy worktree merge <name> --target <branch>",
        "prodigy worktree merge <name> --target <branch>");
  }

  static GitException localChanges(Path worktree, List<String> files) {
    return new GitException(
        ErrorCode.GIT_UNCOMMITTED,
        "Local changes in %s would be overwritten: %s"
            .formatted(worktree, String.join(", ", files)),
        worktree.toString(),
        null,
        "commit or discard them there",
        null);
  }

  static GitException lockBusy(Path lock, long seconds) {
    return new GitException(
        ErrorCode.STORAGE_LOCK_BUSY,
        "Another process held %s for %d s".formatted(lock, seconds),
        lock.toString(),
        null,
        "wait for the other prodigy process to finish",
        null);
  }

  static GitException outside(Path path, Path directory) {
    return new GitException(
        ErrorCode.GIT,
        "Refused to delete %s: it does not lie in %s".formatted(path, directory),
        path.toString(),
        null,
        null,
        null);
  }

  static GitException offItsBranch(Path worktree, String branch) {
    return new GitException(
        ErrorCode.GIT,
        "%s is no longer on its branch %s".formatted(worktree, branch),
        worktree.toString(),
        "a step checked out something else",
        "git -C %s checkout %s".formatted(worktree, branch),
        null);
  }

  static GitException refusedUpdate(String why) {
    return new GitException(
        ErrorCode.GIT_COMMAND_FAILED,
        "git update-ref refused an update",
        null,
        why.strip(),
        null,
        null);
  }
}
