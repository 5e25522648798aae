package dev.prodigy.engine;

import dev.prodigy.git.Repository;
import dev.prodigy.storage.Store;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Where a run takes place and whom it talks to; the same for every kind of workflow.
///
/// @param workflowPath the file as the user named it; null when there is none
/// @param processEnvironment what we were started with
/// @param extraEnvironment entries that outrank everything the workflow says (`--env K=V`)
/// @param profile of the workflow's environment; null: what the workflow itself says
/// @param args positional arguments (`--args`)
/// @param assumeYes nobody is to be asked anything; children are told so
/// @param settings what the user has set for all runs
/// @param jobs runs the MapReduce workflows that steps call
/// @param caller the run whose step started this one; null: a user did
public record RunRequest(
    Store store,
    Repository repository,
    @Nullable Path workflowPath,
    Map<String, String> processEnvironment,
    Map<String, String> extraEnvironment,
    @Nullable String profile,
    List<String> args,
    boolean assumeYes,
    MergeDecision mergeDecision,
    RunReporter reporter,
    StopSignal stop,
    InstantSource clock,
    RunSettings settings,
    NestedJobs jobs,
    @Nullable Caller caller) {
  public RunRequest {
    processEnvironment = Map.copyOf(processEnvironment);
    extraEnvironment = Map.copyOf(extraEnvironment);
    args = List.copyOf(args);
  }

  /// With nothing set.
  public RunRequest(
      Store store,
      Repository repository,
      @Nullable Path workflowPath,
      Map<String, String> processEnvironment,
      Map<String, String> extraEnvironment,
      @Nullable String profile,
      List<String> args,
      boolean assumeYes,
      MergeDecision mergeDecision,
      RunReporter reporter,
      StopSignal stop,
      InstantSource clock) {
    this(
        store,
        repository,
        workflowPath,
        processEnvironment,
        extraEnvironment,
        profile,
        args,
        assumeYes,
        mergeDecision,
        reporter,
        stop,
        clock,
        RunSettings.NONE,
        NestedJobs.NONE,
        null);
  }

  /// A resumed run goes on with what it was started with.
  RunRequest with(@Nullable Path newWorkflowPath, List<String> newArgs) {
    return new RunRequest(
        store,
        repository,
        newWorkflowPath,
        processEnvironment,
        extraEnvironment,
        profile,
        newArgs,
        assumeYes,
        mergeDecision,
        reporter,
        stop,
        clock,
        settings,
        jobs,
        caller);
  }

  /// The same with everything agreed to beforehand.
  public RunRequest agreeing() {
    return new RunRequest(
        store,
        repository,
        workflowPath,
        processEnvironment,
        extraEnvironment,
        profile,
        args,
        true,
        (_, _) -> MergeDecision.Answer.YES,
        reporter,
        stop,
        clock,
        settings,
        jobs,
        caller);
  }

  /// The same with other positional arguments.
  public RunRequest withArgs(List<String> other) {
    return new RunRequest(
        store,
        repository,
        workflowPath,
        processEnvironment,
        extraEnvironment,
        profile,
        other,
        assumeYes,
        mergeDecision,
        reporter,
        stop,
        clock,
        settings,
        jobs,
        caller);
  }

  /// For a job that a step of this run starts in a worktree.
  ///
  /// @param environment what it inherits
  RunRequest nested(
      Repository worktree,
      Map<String, String> environment,
      @Nullable String itsProfile,
      StopSignal itsStop,
      Caller by) {
    return new RunRequest(
        store,
        worktree,
        null,
        environment,
        extraEnvironment,
        itsProfile,
        args,
        assumeYes,
        (_, _) -> MergeDecision.Answer.YES,
        reporter,
        itsStop,
        clock,
        settings,
        jobs,
        by);
  }

  /// The directory of the workflow's file, where the files it names are; of what a step started,
  /// the caller's.
  Path filesDirectory() {
    if (caller != null) {
      return caller.files();
    }
    Path directory = workflowPath == null ? null : workflowPath.toAbsolutePath().getParent();
    return directory == null ? repository.checkout() : directory;
  }

  /// Whether a variable of our own environment is set to `true`.
  boolean flag(String name) {
    return "true".equalsIgnoreCase(processEnvironment.get(name));
  }
}
