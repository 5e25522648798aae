package dev.prodigy.git;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.SortedSet;
import java.util.TreeSet;

/// The commits reachable from one commit and not from another, oldest first, with the paths they
/// touch; of a merge, the paths that differ from all its parents. Read with one git process.
final class CommitLog {
  /// Before the fields of a commit; no path follows a NUL with this and a commit's id.
  private static final char MARK = '\u0001';

  private final SequencedMap<String, String> trees = new LinkedHashMap<>();
  private final Map<String, List<String>> parents = new HashMap<>();
  private final SortedSet<String> files = new TreeSet<>();

  private CommitLog() {}

  static CommitLog between(Repository repository, String base, String tip) {
    GitOutput output =
        repository
            .git()
            .run(
                "-c",
                "log.showRoot=true",
                "-c",
                "log.showSignature=false",
                "log",
                "-z",
                "--reverse",
                "--topo-order",
                "-c",
                "--name-only",
                "--no-renames",
                "--no-ext-diff",
                "--no-color",
                "--no-notes",
                "--format=%x01%H %T %P",
                base + ".." + tip,
                "--");
    var log = new CommitLog();
    log.read(output.fields());
    return log;
  }

  private void read(List<String> fields) {
    boolean first = false;
    for (String field : fields) {
      if (isCommit(field)) {
        String[] ids = field.substring(1).split(" ", -1);
        trees.put(ids[0], ids[1]);
        parents.put(ids[0], List.of(ids).subList(2, ids.length));
        first = true;
      } else if (!field.isEmpty()) {
        // Git separates a commit from its first path by a line feed, a merge by an empty field.
        files.add(first && field.charAt(0) == '\n' ? field.substring(1) : field);
        first = false;
      } else {
        first = false;
      }
    }
  }

  private static boolean isCommit(String field) {
    int space = field.indexOf(' ');
    return !field.isEmpty()
        && field.charAt(0) == MARK
        && (space == 41 || space == 65)
        && field.chars().skip(1).limit(space - 1L).allMatch(c -> Character.digit(c, 16) >= 0);
  }

  List<String> commits() {
    return new ArrayList<>(trees.sequencedKeySet());
  }

  List<String> files() {
    return new ArrayList<>(files);
  }

  String treeOf(String commit) {
    String tree = trees.get(commit);
    if (tree == null) {
      throw new IllegalStateException("not in this log: " + commit);
    }
    return tree;
  }

  /// Whether one of the commits grew directly out of this one.
  boolean growsFrom(String base) {
    return parents.values().stream().anyMatch(list -> list.contains(base));
  }
}
