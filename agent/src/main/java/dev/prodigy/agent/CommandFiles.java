package dev.prodigy.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Commands that a repository or a user keeps as files, for agents that do not know them
/// themselves: `/name args` is the text of `.claude/commands/name.md`, in the worktree or in the
/// home directory.
final class CommandFiles {
  private static final Pattern CALL =
      Pattern.compile(
          "/([A-Za-z0-9_][A-Za-z0-9._-]*(?::[A-Za-z0-9_][A-Za-z0-9._-]*)*)(?s:\\s(.*))?");
  private static final Pattern FRONT_MATTER = Pattern.compile("(?s)\\A---\\R.*?\\R---\\R");
  private static final Pattern PLACE = Pattern.compile("\\$(ARGUMENTS|[1-9])");

  private CommandFiles() {}

  /// A prompt that is no such call is returned as it is; empty if there is no such file.
  static Optional<String> expand(String prompt, Path cwd, Map<String, String> environment) {
    Matcher call = CALL.matcher(prompt.strip());
    if (!call.matches()) {
      return Optional.of(prompt);
    }
    String file = call.group(1).replace(':', '/') + ".md";
    String args = call.group(2) == null ? "" : call.group(2).strip();
    for (String root : List.of(cwd.toString(), environment.getOrDefault("HOME", ""))) {
      Path candidate = Path.of(root, ".claude", "commands").resolve(file);
      if (!root.isEmpty() && Files.isRegularFile(candidate)) {
        return Optional.of(filled(read(candidate), args));
      }
    }
    return Optional.empty();
  }

  private static String read(Path file) {
    try {
      return FRONT_MATTER.matcher(Files.readString(file)).replaceFirst("");
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static String filled(String text, String args) {
    Matcher places = PLACE.matcher(text);
    if (!places.find()) {
      return args.isEmpty() ? text : text.stripTrailing() + "\n\nARGUMENTS: " + args + "\n";
    }
    String[] words = args.isEmpty() ? new String[0] : args.split("\\s+", -1);
    return PLACE
        .matcher(text)
        .replaceAll(
            place -> {
              String name = place.group(1);
              int index = name.equals("ARGUMENTS") ? 0 : Integer.parseInt(name);
              String value = index == 0 ? args : index <= words.length ? words[index - 1] : "";
              return Matcher.quoteReplacement(value);
            });
  }
}
