package dev.prodigy.engine;

import dev.prodigy.git.Worktree;
import dev.prodigy.model.Json;
import dev.prodigy.model.SessionId;
import dev.prodigy.workflow.expression.Variables;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Collector;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// What merge steps can know of the merge: `merge.*`. Lists are cut, counts are not.
final class MergeVariables {
  private static final int MOST_COMMITS = 100;
  private static final int MOST_FILES = 500;

  /// hash, short hash, author, mail, time, committer, mail, time, parents, tree, message
  private static final String COMMIT_FORMAT =
      "%x1e%H%x1f%h%x1f%an%x1f%ae%x1f%aI%x1f%cn%x1f%ce%x1f%cI%x1f%P%x1f%T%x1f%B%x1f";

  private static final int COMMIT_FIELDS = 12;

  private final GitState git;
  private final Worktree worktree;
  private final String target;
  private final SessionId session;

  MergeVariables(GitState git, Worktree worktree, String target, SessionId session) {
    this.git = git;
    this.worktree = worktree;
    this.target = target;
    this.session = session;
  }

  void publish(Variables variables) {
    variables.set("merge.worktree", worktree.name());
    variables.set("merge.source_branch", worktree.branch());
    variables.set("merge.target_branch", target);
    variables.set("merge.session_id", session.value());
    ArrayNode commits = commits();
    variables.set("merge.commits", commits);
    variables.set("merge.commit_count", count());
    variables.set(
        "merge.commit_ids",
        commits.valueStream().map(c -> c.get("short_id").stringValue()).collect(joining()));
    List<ObjectNode> files = files();
    ArrayNode shown = Json.NODES.arrayNode();
    files.stream().limit(MOST_FILES).forEach(shown::add);
    variables.set("merge.modified_files", shown);
    variables.set("merge.file_count", files.size());
    variables.set(
        "merge.file_list", files.stream().map(f -> f.get("path").stringValue()).collect(joining()));
  }

  private static Collector<CharSequence, ?, String> joining() {
    return Collectors.joining(", ");
  }

  private int count() {
    var asked = git.git("rev-list", "--count", target + "..HEAD");
    return asked.succeeded() ? Integer.parseInt(asked.stdout().strip()) : 0;
  }

  private ArrayNode commits() {
    ArrayNode commits = Json.NODES.arrayNode();
    var log =
        git.git(
            "log",
            "-z",
            "-n",
            Integer.toString(MOST_COMMITS),
            "--no-renames",
            "--numstat",
            "--format=" + COMMIT_FORMAT,
            target + "..HEAD");
    if (log.succeeded()) {
      for (String entry : log.stdout().split("\u001e", -1)) {
        String[] fields = entry.split("\u001f", COMMIT_FIELDS);
        if (fields.length == COMMIT_FIELDS) {
          commits.add(commit(fields));
        }
      }
    }
    return commits;
  }

  private static ObjectNode commit(String[] fields) {
    ObjectNode commit = Json.NODES.objectNode();
    commit.put("id", fields[0]).put("short_id", fields[1]);
    commit.set("author", person(fields[2], fields[3], fields[4]));
    commit.set("committer", person(fields[5], fields[6], fields[7]));
    commit.put("message", fields[10].strip()).put("timestamp", fields[4]);
    ArrayNode parents = commit.putArray("parent_ids");
    for (String parent : fields[8].split(" ", -1)) {
      if (!parent.isEmpty()) {
        parents.add(parent);
      }
    }
    commit.put("tree_id", fields[9]);
    List<ObjectNode> files = numstat(fields[11]);
    ObjectNode stats = commit.putObject("stats");
    stats.put("files_changed", files.size());
    stats.put("insertions", files.stream().mapToLong(f -> f.get("added").longValue()).sum());
    stats.put("deletions", files.stream().mapToLong(f -> f.get("removed").longValue()).sum());
    ArrayNode paths = commit.putArray("files_changed");
    files.forEach(file -> paths.add(file.get("path")));
    return commit;
  }

  private static ObjectNode person(String name, String email, String time) {
    return Json.NODES.objectNode().put("name", name).put("email", email).put("timestamp", time);
  }

  private List<ObjectNode> files() {
    var changed = git.git("diff", "-z", "--no-renames", "--name-status", target + "...HEAD");
    var counted = git.git("diff", "-z", "--no-renames", "--numstat", target + "...HEAD");
    if (!changed.succeeded() || !counted.succeeded()) {
      return List.of();
    }
    var lines = new HashMap<String, ObjectNode>();
    numstat(counted.stdout()).forEach(file -> lines.put(file.get("path").stringValue(), file));
    var files = new ArrayList<ObjectNode>();
    String[] parts = changed.stdout().split("\0", -1);
    for (int i = 0; i + 1 < parts.length; i += 2) {
      ObjectNode file = Json.NODES.objectNode();
      file.put("path", parts[i + 1]);
      file.put("modification_type", modification(parts[i]));
      file.putNull("content_diff");
      ObjectNode counts = lines.get(parts[i + 1]);
      if (counts != null) {
        ObjectNode stats = file.putObject("diff_stats");
        stats.set("lines_added", counts.get("added"));
        stats.set("lines_removed", counts.get("removed"));
      }
      files.add(file);
    }
    return files;
  }

  private static String modification(String letter) {
    return switch (letter) {
      case "A" -> "Added";
      case "D" -> "Deleted";
      default -> "Modified";
    };
  }

  /// `added TAB removed TAB path`, NUL-separated; binary files count as `-`.
  private static List<ObjectNode> numstat(String text) {
    var files = new ArrayList<ObjectNode>();
    for (String entry : text.split("\0", -1)) {
      String[] columns = entry.strip().split("\t", 3);
      if (columns.length == 3) {
        ObjectNode file = Json.NODES.objectNode();
        file.put("path", columns[2]);
        file.put("added", columns[0].equals("-") ? 0 : Long.parseLong(columns[0]));
        file.put("removed", columns[1].equals("-") ? 0 : Long.parseLong(columns[1]));
        files.add(file);
      }
    }
    return files;
  }
}
