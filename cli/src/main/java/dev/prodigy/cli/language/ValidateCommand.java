package dev.prodigy.cli.language;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.author.ParameterOptions;
import dev.prodigy.cli.author.TemplateStore;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Format;
import dev.prodigy.cli.terminal.Style.Icon;
import dev.prodigy.cli.terminal.Style.Tone;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.Problem;
import dev.prodigy.workflow.Problem.Severity;
import dev.prodigy.workflow.WorkflowLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy validate`: reads workflows exactly as `run` does, and tells everything about them.
public final class ValidateCommand {

  private enum Form {
    SIMPLIFIED,
    ANY
  }

  private static final Argument<Path> FIRST =
      Argument.required("WORKFLOW", Values.PATH, "Workflow file, or directory with some");
  private static final Argument<List<Path>> MORE =
      Argument.rest("MORE", Values.PATH, "More of them");
  private static final Option<Form> FORMAT =
      Option.value(
          "format",
          "FORM",
          Values.oneOf(Form.class),
          "simplified: suggest lists for nested `commands:`; any: both forms are fine",
          Form.SIMPLIFIED);
  private static final Option<Boolean> SUGGEST =
      Option.toggle("suggest", "Tell what could be written better (default: true)", true);
  private static final Option<Boolean> STRICT =
      Option.flag("strict", "Warnings and suggestions fail, too");

  private ValidateCommand() {}

  public static void define(Command command) {
    command
        .arguments(FIRST, MORE)
        .options(
            FORMAT,
            SUGGEST,
            STRICT,
            ParameterOptions.PARAM,
            ParameterOptions.FILE,
            ParameterOptions.OFFLINE)
        .details(
            """
            Exit code 1 if a workflow cannot be run. What is merely doubtful (unknown fields,
            variables nobody defines, old forms) is told, and fails only with --strict. Parameters may
            be without values; what depends on those is judged only by `run`.""")
        .runs(ValidateCommand::validate);
  }

  /// What there is to say about one file.
  private record Report(String file, List<Problem> problems, boolean valid) {}

  private static int validate(Invocation call) {
    var paths = new ArrayList<Path>(List.of(call.get(FIRST)));
    paths.addAll(call.get(MORE));
    List<Path> files = WorkflowFiles.of(call.callerDirectory(), paths);
    var reports = new ArrayList<Report>();
    boolean json = call.format().filter(Format::isJson).isPresent();
    for (Path file : files) {
      Report report = report(call, file);
      reports.add(report);
      if (!json) {
        tell(call.console(), report);
      }
    }
    boolean valid = reports.stream().allMatch(Report::valid);
    if (json) {
      ObjectNode document = json(reports, valid);
      call.console()
          .print(
              call.format().filter(Format.JSON::equals).isPresent()
                  ? document.toPrettyString()
                  : Json.text(document));
    } else if (files.isEmpty()) {
      call.console().note("No workflow files found.");
    }
    return valid ? ExitCode.OK : ExitCode.FAILED;
  }

  private static Report report(Invocation call, Path file) {
    String name = WorkflowFiles.shown(call.callerDirectory(), file);
    List<Problem> problems =
        WorkflowLoader.checkNames(
                file,
                name,
                ParameterOptions.of(call),
                TemplateStore.places(call),
                call.env().keySet())
            .problems()
            .stream()
            .filter(problem -> wanted(call, problem))
            .toList();
    return new Report(
        name,
        problems,
        problems.stream().noneMatch(problem -> problem.isError() || call.get(STRICT)));
  }

  private static boolean wanted(Invocation call, Problem problem) {
    boolean nested = problem.cause().endsWith(WorkflowLoader.NESTED_COMMANDS);
    return problem.severity() != Severity.SUGGESTION
        || (call.get(SUGGEST) && !(nested && call.get(FORMAT) == Form.ANY));
  }

  private static void tell(Console console, Report report) {
    if (report.valid()) {
      String icon = console.outStyle().paint(Tone.GOOD, console.outStyle().icon(Icon.OK));
      console.print("%s Workflow is valid: %s".formatted(icon, report.file()));
    } else {
      String icon = console.errStyle().paint(Tone.BAD, console.errStyle().icon(Icon.ERROR));
      console.error("%s Workflow has issues: %s".formatted(icon, report.file()));
    }
    report.problems().stream()
        .filter(problem -> problem.severity() != Severity.SUGGESTION)
        .forEach(problem -> tell(console, problem));
    List<Problem> suggestions =
        report.problems().stream()
            .filter(problem -> problem.severity() == Severity.SUGGESTION)
            .toList();
    if (!suggestions.isEmpty()) {
      console.error("Suggestions:");
      suggestions.forEach(problem -> console.error("  " + problem));
    }
  }

  private static void tell(Console console, Problem problem) {
    Tone tone = problem.isError() ? Tone.BAD : Tone.CAREFUL;
    console.error(
        "%s: %s %s"
            .formatted(
                problem.position(),
                console.errStyle().paint(tone, word(problem) + ":"),
                problem.cause()));
    console.error(problem.excerpt("    "));
  }

  private static String word(Problem problem) {
    return problem.severity().name().toLowerCase(Locale.ROOT);
  }

  private static ObjectNode json(List<Report> reports, boolean valid) {
    ObjectNode json = Json.NODES.objectNode().put("valid", valid);
    var files = json.putArray("files");
    for (Report report : reports) {
      ObjectNode file = files.addObject().put("file", report.file()).put("valid", report.valid());
      var problems = file.putArray("problems");
      for (Problem problem : report.problems()) {
        problems
            .addObject()
            .put("severity", word(problem))
            .put("code", problem.code().number())
            .put("file", problem.position().file())
            .put("line", problem.position().line())
            .put("column", problem.position().column())
            .put("message", problem.cause());
      }
    }
    return json;
  }
}
