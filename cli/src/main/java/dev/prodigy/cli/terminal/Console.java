package dev.prodigy.cli.terminal;

import dev.prodigy.cli.terminal.Logging.Level;
import dev.prodigy.cli.terminal.Style.Icon;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/// Everything we say. Standard output is the answer and nothing else, so that `| jq` always works;
/// warnings, errors, prompts and live progress go to standard error.
public final class Console {
  private static final int DEFAULT_WIDTH = 100;

  private final InputStream in;
  private final Output out;
  private final Output err;
  private final Terminals terminals;
  private final Map<String, String> env;
  private Style outStyle = Style.PLAIN;
  private Style errStyle = Style.PLAIN;
  private Logging logging = Logging.STANDARD;
  private boolean quiet;

  public Console(
      InputStream in,
      OutputStream out,
      OutputStream err,
      Terminals terminals,
      Map<String, String> env) {
    this.in = in;
    this.out = Output.ofAnswers(out, terminals.output());
    this.err = Output.ofMessages(err);
    this.terminals = terminals;
    this.env = env;
    color(ColorMode.AUTO);
  }

  /// Says only errors and answers from now on.
  public void beQuiet() {
    quiet = true;
  }

  /// From now on lines on standard error are chosen and formed like this. Answers, questions and
  /// errors in the form that a command was asked for stay as they are.
  public void logs(Logging wanted) {
    logging = wanted;
    if (wanted.json()) {
      errStyle = Style.PLAIN;
    }
  }

  public Logging logging() {
    return logging;
  }

  public void color(ColorMode mode) {
    boolean utf8 = utf8(env);
    outStyle = style(mode, terminals.output(), utf8);
    errStyle = style(mode, terminals.errors(), utf8);
  }

  private Style style(ColorMode mode, boolean terminal, boolean utf8) {
    return new Style(mode.colors(terminal, env), terminal && utf8);
  }

  private static boolean utf8(Map<String, String> env) {
    for (String name : new String[] {"LC_ALL", "LC_CTYPE", "LANG"}) {
      String value = env.get(name);
      if (value != null && !value.isEmpty()) {
        String upper = value.toUpperCase(Locale.ROOT);
        return upper.endsWith("UTF-8") || upper.endsWith("UTF8");
      }
    }
    return false;
  }

  public Output out() {
    return out;
  }

  /// The same console with its answers going elsewhere, such as into a file.
  public Console answering(OutputStream elsewhere) {
    var other = new Console(in, elsewhere, OutputStream.nullOutputStream(), Terminals.NONE, env);
    other.quiet = quiet;
    other.logging = logging;
    return other;
  }

  public Terminals terminals() {
    return terminals;
  }

  public Style outStyle() {
    return outStyle;
  }

  public Style errStyle() {
    return errStyle;
  }

  public boolean quiet() {
    return quiet;
  }

  /// Columns a table may take: `COLUMNS`, else 100.
  public int width() {
    String columns = env.get("COLUMNS");
    if (columns == null) {
      return DEFAULT_WIDTH;
    }
    try {
      int width = Integer.parseInt(columns);
      return width >= 20 ? width : DEFAULT_WIDTH;
    } catch (NumberFormatException _) {
      return DEFAULT_WIDTH;
    }
  }

  /// A line of the answer.
  public void print(String line) {
    out.line(line);
  }

  /// A line beside the answer: where work stands, what was kept. Not with `--quiet`.
  public void note(String line) {
    if (!quiet) {
      say(Level.INFO, line);
    }
  }

  /// Whether [#detail] says anything.
  public boolean detailed() {
    return !quiet && logging.says(Level.DEBUG);
  }

  /// What helps to understand a run that does not do what it should; only if asked for.
  public void detail(String line) {
    if (detailed()) {
      say(Level.DEBUG, line);
    }
  }

  /// Something the user should know although the command goes on. Not with `--quiet`.
  public void warn(String message) {
    if (quiet || !logging.says(Level.WARN)) {
      return;
    }
    if (logging.json()) {
      say(Level.WARN, message);
      return;
    }
    String label = terminals.errors() ? errStyle.icon(Icon.WARN) : "warning:";
    say(Level.WARN, errStyle.paint(Style.Tone.CAREFUL, label) + " " + message);
  }

  /// What went wrong, in one line or several, whatever the verbosity.
  public void error(String lines) {
    say(Level.ERROR, lines);
  }

  /// A line that was asked for and yet belongs on standard error, such as what a command of a
  /// workflow prints there.
  public void aside(String line) {
    say(Level.INFO, line);
  }

  /// An error as the JSON document that a command was asked for.
  public void errorDocument(String json) {
    line(json);
  }

  private void say(Level level, String text) {
    if (!logging.json()) {
      line(text);
    } else if (!text.isBlank()) {
      line(Logging.json(level, text, Instant.now()));
    }
  }

  /// What was said before comes first.
  private void line(String text) {
    out.flushFirst();
    err.line(text);
  }

  /// Text on standard error that may end within a line, such as a question.
  public void ask(String text) {
    out.flushFirst();
    err.print(text);
    err.flush();
  }

  public void flush() {
    out.flush();
    err.flush();
  }

  public Prompts prompts() {
    return new Prompts(in, this, env);
  }
}
