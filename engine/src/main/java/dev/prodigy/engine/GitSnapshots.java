package dev.prodigy.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.CRC32C;

/// Where a worktree stands, and what became different since. Without a repository, nothing ever
/// changes.
final class GitSnapshots {
  private static final int LARGEST_READ = 1 << 20;

  /// The tree without files, which every repository knows.
  private static final String EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

  private final GitState git;

  GitSnapshots(GitState git) {
    this.git = git;
  }

  /// @param dirty uncommitted paths with what tells their present content from another one
  record Snapshot(Optional<String> head, Map<String, String> dirty) {}

  Snapshot take() {
    var dirty = new HashMap<String, String>();
    git.status().forEach(entry -> dirty.put(entry.path(), entry.code() + " " + content(entry)));
    return new Snapshot(git.head(), dirty);
  }

  /// What is different now. Files that were uncommitted before, and are as they were, are not.
  GitChanges changes(Snapshot since) {
    List<GitState.Entry> now = git.status();
    var touched = new ArrayList<GitState.Entry>();
    var left = new HashMap<>(since.dirty);
    for (GitState.Entry entry : now) {
      String before = left.remove(entry.path());
      if (before == null || !before.equals(entry.code() + " " + content(entry))) {
        touched.add(entry);
      }
    }
    return changes(since.head, touched, left);
  }

  /// What is different between a commit and the present files.
  GitChanges changesFrom(String commit) {
    return changes(Optional.of(commit), git.status(), Map.of());
  }

  /// @param left uncommitted before, and not any more
  private GitChanges changes(
      Optional<String> from, List<GitState.Entry> touched, Map<String, String> left) {
    var added = new TreeSet<String>();
    var modified = new TreeSet<String>();
    var deleted = new TreeSet<String>();
    List<String> commits = List.of();
    long[] lines = {0, 0};
    Optional<String> head = git.head();
    if (head.isPresent() && !head.equals(from)) {
      commits = commits(from, head.get());
      for (var file : git.diff(from.orElse(EMPTY_TREE), head.get())) {
        set(file.status(), added, modified, deleted).add(file.path());
        lines[0] += file.insertions();
        lines[1] += file.deletions();
      }
    }
    for (GitState.Entry entry : touched) {
      combine(entry, added, modified, deleted);
    }
    left.forEach((path, before) -> ended(path, before, added, modified, deleted));
    return new GitChanges(added, modified, deleted, commits, lines[0], lines[1]);
  }

  private List<String> commits(Optional<String> from, String to) {
    String range = from.map(commit -> commit + ".." + to).orElse(to);
    return git.git("rev-list", "--reverse", range).stdout().lines().toList();
  }

  private static Set<String> set(
      char status, Set<String> added, Set<String> modified, Set<String> deleted) {
    return switch (status) {
      case 'A' -> added;
      case 'D' -> deleted;
      default -> modified;
    };
  }

  /// An uncommitted change on top of committed ones.
  private static void combine(
      GitState.Entry entry, Set<String> added, Set<String> modified, Set<String> deleted) {
    String path = entry.path();
    if (entry.deleted()) {
      modified.remove(path);
      if (!added.remove(path)) {
        deleted.add(path);
      }
    } else if (entry.added()) {
      if (deleted.remove(path)) {
        modified.add(path);
      } else {
        added.add(path);
      }
    } else if (!added.contains(path)) {
      modified.add(path);
    }
  }

  /// What was uncommitted is committed, which was counted, or was taken back.
  private static void ended(
      String path, String before, Set<String> added, Set<String> modified, Set<String> deleted) {
    if (!added.contains(path) && !modified.contains(path) && !deleted.contains(path)) {
      (before.startsWith("??") || before.startsWith("A") ? deleted : modified).add(path);
    }
  }

  /// Small files by their content, large ones by size and time.
  private String content(GitState.Entry entry) {
    Path file = git.worktree().resolve(entry.path());
    try {
      var about = Files.readAttributes(file, BasicFileAttributes.class);
      if (!about.isRegularFile() || about.size() > LARGEST_READ) {
        return about.size() + "@" + about.lastModifiedTime().toMillis();
      }
      var sum = new CRC32C();
      sum.update(Files.readAllBytes(file));
      return about.size() + "#" + sum.getValue();
    } catch (IOException _) {
      return "none"; // deleted, or a link to nowhere
    }
  }
}
