package dev.prodigy.cli.terminal;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/// Questions to the user. An end of input never counts as consent, so that nothing unattended
/// deletes or merges by accident.
public final class Prompts {

  /// A question that only a person could answer was asked of a script.
  public static final class NobodyToAsk extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NobodyToAsk() {
      super(
          "refusing to delete without confirmation: stdin is not a terminal; pass --yes",
          null,
          false,
          false);
    }
  }

  private final InputStream in;
  private final Console console;
  private final Map<String, String> env;

  Prompts(InputStream in, Console console, Map<String, String> env) {
    this.in = in;
    this.console = console;
    this.env = env;
  }

  /// Asks before something is destroyed, such as `Delete 3 sessions (1.20 MB)?`; prints
  /// `Cancelled.` if the answer is no. Only `y` and `yes` are yes.
  ///
  /// @param agreed the user said `--yes` or `--force` already
  /// @throws NobodyToAsk if standard input is not a terminal and nobody agreed beforehand
  public boolean destroy(String question, boolean agreed) {
    if (agreed || isTrue("PRODIGY_AUTO_CONFIRM") || isTrue("PRODIGY_AUTOMATION")) {
      return true;
    }
    if (!console.terminals().input()) {
      throw new NobodyToAsk();
    }
    console.ask(question + " [y/N] ");
    if (isYes(readLine())) {
      return true;
    }
    console.print("Cancelled.");
    return false;
  }

  /// Asks whether to go on with something safe, such as `Merge session-1 to main?`. An empty line
  /// is yes; the end of input, or a script in the user's place, is no.
  ///
  /// @param agreed the user said so already, by `--yes`, an option or a variable of the command
  public boolean proceed(String question, boolean agreed) {
    if (agreed || isTrue("PRODIGY_AUTO_CONFIRM")) {
      return true;
    }
    if (!console.terminals().input() || isTrue("PRODIGY_AUTOMATION")) {
      return false;
    }
    console.ask(question + " [Y/n] ");
    Optional<String> answer = readLine();
    return answer.isPresent() && (answer.get().isBlank() || isYes(answer));
  }

  /// Asks whether to go on with something doubtful. Only `y` and `yes` are yes; a script in the
  /// user's place says no, unless it was told to agree to everything.
  public boolean confirm(String question) {
    if (isTrue("PRODIGY_AUTO_CONFIRM")) {
      return true;
    }
    if (!console.terminals().input() || isTrue("PRODIGY_AUTOMATION")) {
      return false;
    }
    console.ask(question + " [y/N] ");
    return isYes(readLine());
  }

  /// One line of standard input without its end; empty at the end of input.
  public Optional<String> readLine() {
    try {
      var line = new ByteArrayOutputStream();
      int next = in.read();
      if (next < 0) {
        return Optional.empty();
      }
      while (next >= 0 && next != '\n') {
        line.write(next);
        next = in.read();
      }
      return Optional.of(line.toString(StandardCharsets.UTF_8).strip());
    } catch (IOException _) { // a terminal that went away answers nothing
      return Optional.empty();
    }
  }

  private static boolean isYes(Optional<String> answer) {
    if (answer.isEmpty()) {
      return false;
    }
    String word = answer.get().toLowerCase(Locale.ROOT);
    return word.equals("y") || word.equals("yes");
  }

  private boolean isTrue(String variable) {
    return "true".equalsIgnoreCase(env.get(variable));
  }
}
