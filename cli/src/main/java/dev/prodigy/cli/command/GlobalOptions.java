package dev.prodigy.cli.command;

import dev.prodigy.cli.terminal.ColorMode;
import dev.prodigy.cli.terminal.Format;
import java.nio.file.Path;
import java.util.Optional;

/// Options of every command, accepted before or after its name.
public final class GlobalOptions {
  public static final Option<Integer> VERBOSE =
      Option.counted("verbose", "Say more; again for still more (-vv, -vvv)").letter('v');
  public static final Option<Boolean> QUIET =
      Option.flag("quiet", "Only errors and the final result").letter('q').not(VERBOSE);
  public static final Option<ColorMode> COLOR =
      Option.value(
          "color", "WHEN", Values.oneOf(ColorMode.class), "auto, always or never", ColorMode.AUTO);
  public static final Option<Optional<Format>> FORMAT =
      Option.value(
              "output-format",
              "FORMAT",
              Values.oneOf(Format.class),
              "human, json, jsonl, yaml, table, csv or markdown; without it a terminal gets human"
                  + " text and a pipe gets JSON lines")
          .synonym("format");
  public static final Option<Boolean> JSON =
      Option.flag("json", "Same as --output-format json").not(FORMAT);
  public static final Option<Optional<Path>> PATH =
      Option.value("path", "DIR", Values.PATH, "Act as if started in DIR").letter('p');
  public static final Option<Optional<String>> REPO =
      Option.value(
          "repo", "NAME", Values.TEXT, "The repository of this name in the store, not this one");
  public static final Option<Boolean> ALL_REPOS =
      Option.flag("all-repos", "Every repository in the store").not(REPO);
  public static final Option<Boolean> HELP = Option.flag("help", "Print help").letter('h');
  public static final Option<Boolean> VERSION =
      Option.flag("version", "Print the version").letter('V');

  private GlobalOptions() {}

  public static void define(Command program) {
    program.options(VERBOSE, QUIET, COLOR, FORMAT, JSON, PATH, REPO, ALL_REPOS, HELP, VERSION);
  }
}
