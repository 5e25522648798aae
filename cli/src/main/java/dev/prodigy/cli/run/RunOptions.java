package dev.prodigy.cli.run;

import dev.prodigy.cli.author.ParameterOptions;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Options of the commands that run workflows.
final class RunOptions {
  static final Argument<Optional<Path>> WORKFLOW =
      Argument.optional(
          "WORKFLOW", Values.PATH, "YAML or JSON file; default: .prodigy/workflow.yml");
  static final Argument<List<String>> MORE_ARGS =
      Argument.rest("ARGS", Values.TEXT, "Same as --args for each");
  static final Argument<Optional<String>> ID =
      Argument.optional("ID", Values.ID, "Session or job, or the beginning of its id");
  static final Argument<String> JOB =
      Argument.required("JOB", Values.ID, "Job or session id, or `list`");

  static final Option<Boolean> YES =
      Option.flag("yes", "Merge and clean up without asking").letter('y');
  static final Option<Boolean> AUTO_MERGE = Option.flag("auto-merge", "Merge without asking");
  static final Option<Boolean> DRY_RUN =
      Option.flag("dry-run", "Say what would be done, and do nothing");
  static final Option<Optional<Integer>> MAX_PARALLEL =
      Option.value("max-parallel", "N", Values.COUNT, "At most so many agents at once");
  static final Option<Optional<Integer>> MAX_ITERATIONS =
      Option.value(
              "max-iterations", "N", Values.between(1, 1_000_000), "Repeat the steps up to N times")
          .letter('n');
  static final Option<List<String>> ARGS =
      Option.repeated("args", "VALUE", Values.TEXT, "Positional argument; $ARG, ${ARG_1} ...");
  static final Option<List<String>> MAP =
      Option.repeated(
          "map", "PATTERN", Values.TEXT, "Run once for each file of the project that matches");
  static final Option<Boolean> FAIL_FAST =
      Option.flag("fail-fast", "Stop at the first input that fails");
  static final Option<List<Map.Entry<String, String>>> ENV =
      Option.repeated("env", "K=V", Values.PARAMETER, "Environment entry that outranks all others");
  static final Option<Optional<String>> PROFILE =
      Option.value("profile", "NAME", Values.TEXT, "Environment profile of the workflow");
  static final Option<Optional<String>> AGENT =
      Option.value("agent", "NAME", Values.TEXT, "The agent for claude steps: codex, gemini ...");
  static final Option<Boolean> SHOW_COMPOSITION =
      Option.flag(
          "show-composition", "With --dry-run: also the files, templates and parameters it is of");
  static final Option<Optional<String>> RESUME =
      Option.value("resume", "ID", Values.ID, "Go on with this session or job instead");
  static final Option<Boolean> FORCE =
      Option.flag(
          "force",
          "Go on although the workflow changed or another host holds the lock; keeps progress");
  static final Option<Boolean> RESTART =
      Option.flag("restart", "From the first step, in a fresh worktree");
  static final Option<Boolean> RESET_STEP =
      Option.flag("reset-step", "Undo what the interrupted step did; it is kept in references");
  static final Option<Optional<Path>> WORKFLOW_PATH =
      Option.value(
          "workflow-path", "FILE", Values.PATH, "Read the workflow from here if it has moved");
  static final Option<Optional<Integer>> MAX_RETRIES =
      Option.value("max-retries", "N", Values.COUNT, "So many more attempts for items that failed");
  static final Option<Boolean> INCLUDE_DLQ =
      Option.flag("include-dlq", "Also try items of the dead letter queue again");

  private RunOptions() {}

  static void forRun(Command command) {
    command
        .arguments(WORKFLOW, MORE_ARGS)
        .options(
            YES,
            AUTO_MERGE,
            DRY_RUN,
            MAX_PARALLEL,
            MAX_ITERATIONS,
            MAP,
            ARGS,
            FAIL_FAST,
            ENV,
            PROFILE,
            AGENT,
            ParameterOptions.PARAM,
            ParameterOptions.FILE,
            ParameterOptions.OFFLINE,
            SHOW_COMPOSITION,
            RESUME,
            FORCE);
  }

  static void forResume(Command command) {
    command.options(
        YES,
        AUTO_MERGE,
        MAX_PARALLEL,
        ENV,
        AGENT,
        ParameterOptions.PARAM,
        ParameterOptions.FILE,
        ParameterOptions.OFFLINE,
        FORCE,
        RESTART,
        RESET_STEP,
        WORKFLOW_PATH,
        MAX_RETRIES,
        INCLUDE_DLQ);
  }
}
