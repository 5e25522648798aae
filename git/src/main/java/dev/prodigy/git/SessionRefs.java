package dev.prodigy.git;

import java.util.ArrayList;
import java.util.List;

/// The references that keep what sessions and agents made: their branches, and `refs/prodigy/`.
public final class SessionRefs {
  private SessionRefs() {}

  /// A reference that leads to nothing.
  public record Broken(String name, String why) {}

  /// Those whose commit is not there any more, or that are no references at all. Two processes,
  /// however many references there are.
  public static List<Broken> broken(Repository repository) {
    GitOutput listed =
        repository
            .git()
            .attempt(
                "for-each-ref",
                "--format=%(refname) %(objectname)",
                "refs/prodigy",
                "refs/heads/prodigy-*");
    var broken = new ArrayList<Broken>();
    listed
        .stderr()
        .lines()
        .filter(line -> line.contains("refs/prodigy/") || line.contains("refs/heads/prodigy-"))
        .forEach(line -> broken.add(new Broken(named(line), line.strip())));
    var names = new ArrayList<String>();
    var objects = new StringBuilder();
    for (String line : listed.stdout().lines().toList()) {
      int space = line.indexOf(' ');
      names.add(line.substring(0, space));
      objects.append(line.substring(space + 1)).append('\n');
    }
    if (names.isEmpty()) {
      return broken;
    }
    List<String> answers =
        repository
            .git()
            .withInput(objects.toString())
            .run("cat-file", "--batch-check")
            .stdout()
            .lines()
            .toList();
    for (int i = 0; i < answers.size(); i++) {
      if (answers.get(i).endsWith(" missing")) {
        broken.add(new Broken(names.get(i), "its commit is missing"));
      }
    }
    return broken;
  }

  private static String named(String message) {
    int at = message.indexOf("refs/");
    int end = at;
    while (end < message.length() && " '\"".indexOf(message.charAt(end)) < 0) {
      end++;
    }
    return message.substring(at, end);
  }
}
