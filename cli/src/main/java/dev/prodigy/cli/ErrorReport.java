package dev.prodigy.cli;

import dev.prodigy.cli.author.InvalidTemplateName;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Help;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Format;
import dev.prodigy.cli.terminal.JsonText;
import dev.prodigy.cli.terminal.Output;
import dev.prodigy.cli.terminal.Style.Tone;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.workflow.WorkflowException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Tells on standard error what went wrong, and answers with the exit code. Text for people; one
/// JSON object when the command was asked for JSON. Never a stack trace: that goes to the
/// diagnostic log.
final class ErrorReport {
  private final Console console;
  private final Map<String, String> env;
  private @Nullable Invocation call;

  ErrorReport(Console console, Map<String, String> env) {
    this.console = console;
    this.env = env;
  }

  /// From now on errors are told as this call wants them.
  void follow(Invocation call) {
    this.call = call;
  }

  int failure(ProdigyException e) {
    if (wantsJson(new String[0])) {
      console.errorDocument(
          json(kind(e.code()), e.code().number(), e.message(), e.context(), e.hint()));
    } else {
      var lines = new StringBuilder(label("error[" + e.code() + "]")).append(e.message());
      if (call != null && call.verbosity().level() > 0) {
        chain(e).forEach(line -> lines.append("\n  - ").append(line));
      }
      detail(lines, "where", e.where());
      detail(lines, "why", e.why());
      detail(lines, "hint", e.hint());
      console.error(lines.toString());
    }
    // A wrong value in a workflow or an argument is no matter of configuration.
    return e instanceof WorkflowException || e instanceof InvalidTemplateName
        ? ExitCode.FAILED
        : ExitCode.of(e.code());
  }

  int usage(UsageException e, Command program, String[] args) {
    if (wantsJson(args)) {
      console.errorDocument(json("Usage", null, e.message(), List.of(), e.tip()));
      return ExitCode.USAGE;
    }
    Command command = e.command();
    if (command == null) {
      command = call == null ? program : call.command();
    }
    String tip = e.tip() == null ? "" : "\n\n  tip: " + e.tip();
    console.error(
        label("error")
            + e.message()
            + tip
            + "\n\n"
            + Help.usage(command)
            + "\n\nFor more information, try '--help'.");
    return ExitCode.USAGE;
  }

  int unwritable(Output.Unwritable e) {
    var lines = new StringBuilder(label("error[" + ErrorCode.STORAGE_IO + "]"));
    lines.append("cannot write the output");
    detail(lines, "why", e.getMessage());
    console.error(lines.toString());
    return ExitCode.FAILED;
  }

  /// The command needs more than the launcher gives it.
  private int outOfMemory(OutOfMemoryError e) {
    return failure(
        new ProdigyException(
            ErrorCode.INTERNAL,
            "not enough memory for this command (%s)".formatted(e.getMessage()),
            "give it more: PRODIGY_JAVA_OPTIONS=-Xmx1g prodigy ..."));
  }

  /// A bug of ours.
  int fault(Throwable fault, String[] args) {
    for (Throwable cause = fault; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError e) {
        return outOfMemory(e);
      }
    }
    String message = "unexpected error: " + fault;
    String log = DiagnosticLog.of(env).fault(fault, args);
    String hint = "this is a bug in prodigy; please report it with the log";
    if (wantsJson(args)) {
      console.errorDocument(
          json("Other", ErrorCode.INTERNAL.number(), message, List.of(log), hint));
    } else {
      var lines = new StringBuilder(label("error[" + ErrorCode.INTERNAL + "]"));
      lines.append(message.lines().findFirst().get());
      detail(lines, "log", log);
      detail(lines, "hint", hint);
      console.error(lines.toString());
    }
    return ExitCode.FAILED;
  }

  private String label(String text) {
    return console.errStyle().paint(Tone.BAD, text + ":") + " ";
  }

  /// Further lines of a detail stand under its first.
  private static void detail(StringBuilder lines, String name, @Nullable String text) {
    if (text == null || text.isEmpty()) {
      return;
    }
    String prefix = "  " + name + ": ";
    lines.append('\n').append(prefix);
    lines.append(text.stripTrailing().replace("\n", "\n" + " ".repeat(prefix.length())));
  }

  /// What was being done, outermost first, then what caused it.
  private static List<String> chain(ProdigyException e) {
    var chain = new ArrayList<>(e.context().reversed());
    for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
      chain.add(cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage());
    }
    return chain;
  }

  private boolean wantsJson(String[] args) {
    if (call != null) {
      return call.format().map(Format::isJson).orElse(false);
    }
    for (int i = 0; i < args.length; i++) {
      String word = args[i].replace('_', '-');
      boolean separate = word.equals("--output-format") && i + 1 < args.length;
      String format = separate ? "--output-format=" + args[i + 1] : word;
      if (word.equals("--json") || format.startsWith("--output-format=json")) {
        return true;
      }
    }
    return false;
  }

  private static String kind(ErrorCode code) {
    return switch (code.number() / 1000) {
      case 1 -> "Config";
      case 2 -> "Session";
      case 3 -> "Storage";
      case 4 -> "Execution";
      case 5 -> "Workflow";
      case 6 -> "Git";
      case 7 -> "Validation";
      default -> "Other";
    };
  }

  private static String json(
      String kind,
      @Nullable Integer code,
      String message,
      List<String> context,
      @Nullable String hint) {
    var json = new StringBuilder("{\"error\":{\"kind\":").append(JsonText.quote(kind));
    json.append(",\"code\":").append(code);
    json.append(",\"message\":").append(JsonText.quote(message)).append(",\"context\":[");
    for (int i = 0; i < context.size(); i++) {
      json.append(i == 0 ? "" : ",").append(JsonText.quote(context.get(i)));
    }
    json.append("],\"hint\":").append(hint == null ? "null" : JsonText.quote(hint));
    return json.append("}}").toString();
  }
}
