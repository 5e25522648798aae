package dev.prodigy.cli.command;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A small program with every kind of option and argument.
final class SampleCommands {
  static final Option<List<String>> ARGS =
      Option.repeated("args", "VALUE", Values.TEXT, "One run per value");
  static final Option<Boolean> DRY_RUN = Option.flag("dry-run", "Change nothing");
  static final Option<Boolean> YES = Option.flag("yes", "Do not ask").letter('y');
  static final Option<Integer> ITERATIONS =
      Option.value("max-iterations", "N", Values.COUNT, "Repeat so often", 1).letter('n');
  static final Option<List<Map.Entry<String, String>>> PARAMETERS =
      Option.repeated("param", "KEY=VALUE", Values.PARAMETER, "A parameter of the workflow");
  static final Argument<String> WORKFLOW =
      Argument.required("WORKFLOW", Values.TEXT, "The file that says what to do");
  static final Argument<List<String>> MORE = Argument.rest("ARGS", Values.TEXT, "Further --args");

  static final Option<Optional<String>> JOB =
      Option.value("job-id", "ID", Values.ID, "Only events of this job");
  static final Option<Integer> LIMIT =
      Option.value(
          "limit",
          "N",
          Values.COUNT,
          "At most so many; 0 for all of them, however many there may be in the store",
          100);
  static final Option<Optional<Duration>> OLDER_THAN =
      Option.value("older-than", "DURATION", Values.DURATION, "Only older ones");
  static final Option<Optional<String>> FORMAT =
      Option.value("format", "FORMAT", Values.TEXT, "json or csv");

  private SampleCommands() {}

  static Command program() {
    return Command.program("prodigy", "Runs workflows", SampleCommands::commands);
  }

  private static void commands(Command prodigy) {
    GlobalOptions.define(prodigy);
    prodigy.add("run", "Run a workflow", SampleCommands::run).alias("cook");
    prodigy.add("events", "What happened", SampleCommands::events);
    prodigy.add("secret", "Not listed", command -> command.runs(_ -> 0)).hidden();
  }

  private static void run(Command run) {
    run.options(ARGS, DRY_RUN, YES, ITERATIONS, PARAMETERS)
        .arguments(WORKFLOW, MORE)
        .details("The workflow is a YAML file.\nIts steps run one after the other.")
        .runs(_ -> 0);
  }

  private static void events(Command events) {
    events.add("ls", "List events, newest first", ls -> ls.options(JOB, LIMIT).runs(_ -> 0));
    events.add("clean-up", "Delete events", clean -> clean.options(OLDER_THAN, YES).runs(_ -> 0));
    events.add("export", "Write events", export -> export.options(FORMAT).runs(_ -> 0));
  }
}
