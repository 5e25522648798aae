package dev.prodigy.workflow.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// The words of one simple command, read one by one, to learn which names it assigns.
final class ShellCommand {
  private static final Set<String> LEADING =
      Set.of("then", "do", "else", "elif", "if", "while", "until", "!", "time", "{");
  private static final Set<String> DECLARING =
      Set.of("local", "declare", "readonly", "typeset", "export");
  private static final Set<String> SHELLS = Set.of("sh", "bash", "dash", "zsh", "ksh");

  /// Options of `read` and `mapfile` that take the next word.
  private static final Set<String> TAKING = Set.of("-p", "-d", "-n", "-N", "-t", "-u", "-i", "-C");

  private final List<String> words = new ArrayList<>();
  private boolean skip;

  /// Is the next word a command's name (or an assignment before it)?
  boolean atStart() {
    return words.isEmpty();
  }

  /// The next word is where a redirection goes.
  void skipNext() {
    skip = true;
  }

  void end() {
    words.clear();
    skip = false;
  }

  /// Takes the next word; gives the name it assigns, or null.
  @Nullable String word(String word) {
    if (skip) {
      skip = false;
      return null;
    }
    if (words.isEmpty()) {
      String name = assigned(word);
      if (name == null && !LEADING.contains(word)) {
        words.add(word);
      }
      return name;
    }
    String name = argument(words.getFirst(), word);
    words.add(word);
    return name;
  }

  private @Nullable String argument(String command, String word) {
    if (DECLARING.contains(command)) {
      String name = assigned(word);
      return name != null || command.equals("export") ? name : plainName(word);
    }
    boolean taken = words.size() > 1 && TAKING.contains(words.getLast());
    return switch (command) {
      case "for", "select" -> words.size() == 1 ? plainName(word) : null;
      case "read", "mapfile", "readarray" -> taken ? null : plainName(word);
      case "getopts" -> words.size() == 2 ? plainName(word) : null;
      default -> null;
    };
  }

  /// Was the last word the script of `bash -c`?
  boolean isScript(String word) {
    return words.size() > 2
        && word.length() > 1
        && word.startsWith("'")
        && word.indexOf('\'', 1) == word.length() - 1
        && words.getLast().equals(word)
        && isCommandOption(words.get(words.size() - 2))
        && words.stream().anyMatch(ShellCommand::isShell);
  }

  private static boolean isCommandOption(String word) {
    return word.startsWith("-") && word.endsWith("c");
  }

  private static boolean isShell(String word) {
    return SHELLS.contains(word.substring(word.lastIndexOf('/') + 1));
  }

  /// The name of `name=…` or `name+=…`.
  private static @Nullable String assigned(String word) {
    int equals = word.indexOf('=');
    int end = equals > 0 && word.charAt(equals - 1) == '+' ? equals - 1 : equals;
    return end > 0 ? plainName(word.substring(0, end)) : null;
  }

  private static @Nullable String plainName(String word) {
    return !word.isEmpty()
            && ShellText.isNameStart(word.charAt(0))
            && word.chars().allMatch(c -> ShellText.isNameCharacter((char) c))
        ? word
        : null;
  }
}
