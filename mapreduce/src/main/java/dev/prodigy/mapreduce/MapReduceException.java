package dev.prodigy.mapreduce;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.JobId;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.SessionId;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// What keeps a MapReduce job from starting or going on.
public final class MapReduceException extends ProdigyException {
  private static final long serialVersionUID = 1L;

  private MapReduceException(
      ErrorCode code, String message, @Nullable String why, @Nullable String hint) {
    super(code, message, null, why, hint, null);
  }

  static MapReduceException inputMissing(String path) {
    return new MapReduceException(
        ErrorCode.WORKFLOW,
        "Failed to load work items from %s: file does not exist".formatted(path),
        null,
        "create it in setup, commit it, or use `input: \"shell: <command>\"`");
  }

  static MapReduceException inputUnreadable(String source, String why) {
    return new MapReduceException(
        ErrorCode.WORKFLOW, "Failed to load work items from %s".formatted(source), why, null);
  }

  static MapReduceException inputCommandFailed(String command, String why) {
    return new MapReduceException(
        ErrorCode.SUBPROCESS_FAILED,
        "Command execution failed for input source: " + command,
        why,
        null);
  }

  static MapReduceException nullItem(int index) {
    return new MapReduceException(
        ErrorCode.WORKFLOW, "Work item %d is null".formatted(index), null, "filter it out");
  }

  static MapReduceException invalidItems(String all) {
    return new MapReduceException(
        ErrorCode.VALIDATION, all, null, "correct them, or set map.validation.on_failure: dlq");
  }

  static MapReduceException noInput() {
    return new MapReduceException(
        ErrorCode.WORKFLOW,
        "No work items: `map.input` is missing and setup left no *work-items.json",
        null,
        "add `input:` under `map:`");
  }

  static MapReduceException notFound(String id) {
    return new MapReduceException(
        ErrorCode.SESSION_NOT_FOUND,
        "MapReduce job not found: " + id,
        null,
        "prodigy sessions list");
  }

  /// Only the run that started a job can go on with it.
  static MapReduceException partOf(JobId job, SessionId caller) {
    return new MapReduceException(
        ErrorCode.SESSION_INVALID_STATE,
        "Job %s is a step of session %s".formatted(job, caller),
        null,
        "prodigy resume " + caller);
  }

  /// The file of a job that is resumed holds another kind of workflow now.
  static MapReduceException noMap(Path file) {
    return new MapReduceException(
        ErrorCode.WORKFLOW,
        file + " is no MapReduce workflow any more",
        null,
        "name the job's own workflow: --workflow-path <file>");
  }

  static MapReduceException alreadyCompleted(String session, int inQueue, JobId job) {
    return new MapReduceException(
        ErrorCode.SESSION_INVALID_STATE,
        "Session %s has already completed and cannot be resumed".formatted(session),
        inQueue == 0 ? null : "%d item(s) wait in the dead letter queue".formatted(inQueue),
        inQueue == 0 ? null : "prodigy dlq retry " + job);
  }

  static MapReduceException cancelled(String session) {
    return new MapReduceException(
        ErrorCode.SESSION_INVALID_STATE,
        "Session %s was cancelled and cannot be resumed".formatted(session),
        null,
        "prodigy resume %s --force".formatted(session));
  }

  static MapReduceException workflowChanged(String what, String before, String now) {
    return new MapReduceException(
        ErrorCode.RESUME,
        "The workflow has changed since the job began: " + what,
        "%s -> %s".formatted(before, now),
        "restore the file, or go on with the new text: prodigy resume --force");
  }

  static MapReduceException retryNeverBegan(JobId original) {
    return new MapReduceException(
        ErrorCode.RESUME,
        "This retry was interrupted before it had taken any item",
        null,
        "prodigy dlq retry " + original);
  }

  static MapReduceException workflowGone(JobId job) {
    return new MapReduceException(
        ErrorCode.RESUME,
        "The workflow of job %s is no longer stored".formatted(job),
        null,
        "name it: --workflow-path <file>");
  }
}
