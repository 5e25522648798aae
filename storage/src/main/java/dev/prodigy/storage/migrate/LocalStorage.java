package dev.prodigy.storage.migrate;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The deprecated storage inside a project: `session_state.json`, `session_*.json`, `events/`,
/// `dlq/` and `checkpoints/` under `.prodigy`. It is read and never changed.
///
/// Every command asks whether there is any, so asking costs a few looks at the file system and
/// loads no class that is not needed anyhow.
public final class LocalStorage {
  private static final int DEEPEST = 8;

  private final File project;
  private final File directory;

  private LocalStorage(File project) {
    this.project = project;
    this.directory = new File(project, ".prodigy");
  }

  /// The local storage of the project around a directory, be it in a subdirectory or a linked
  /// worktree; null if it has none. A store of ours is none, wherever it is.
  ///
  /// @param root of the store
  public static @Nullable LocalStorage around(Path start, Path root) {
    LocalStorage found = new LocalStorage(projectAround(start.toFile()));
    boolean none =
        !found.directory.isDirectory()
            || new File(found.directory, "repositories.json").exists()
            || found.directory.getAbsoluteFile().equals(root.toFile().getAbsoluteFile())
            || !found.hasSources();
    return none ? null : found;
  }

  private static File projectAround(File start) {
    for (File at = start; at != null; at = at.getParentFile()) {
      File git = new File(at, ".git");
      if (git.isDirectory()) {
        return at;
      }
      if (git.isFile()) {
        return mainOf(at, git);
      }
    }
    return start;
  }

  /// A linked worktree's `.git` says `gitdir: <main>/.git/worktrees/<name>`.
  private static File mainOf(File worktree, File link) {
    try {
      String text = Files.readString(link.toPath(), StandardCharsets.UTF_8);
      int end = text.indexOf("/.git/worktrees/");
      return text.startsWith("gitdir: /") && end > 0
          ? new File(text.substring("gitdir: ".length(), end))
          : worktree;
    } catch (IOException _) { // git itself will tell what is wrong with it
      return worktree;
    }
  }

  public Path project() {
    return project.toPath();
  }

  public Path directory() {
    return directory.toPath();
  }

  /// Files to take over, relative to [#directory], by name.
  public List<String> sources() {
    List<String> found = new ArrayList<>();
    gather(found, Integer.MAX_VALUE);
    return found;
  }

  private boolean hasSources() {
    List<String> found = new ArrayList<>();
    gather(found, 1);
    return !found.isEmpty();
  }

  private void gather(List<String> found, int enough) {
    for (String name : names(directory)) {
      if (isSession(name)) {
        found.add(name);
      }
    }
    for (String top : new String[] {"checkpoints", "dlq", "events"}) {
      if (found.size() < enough) {
        walk(new File(directory, top), top, DEEPEST, enough, found);
      }
    }
  }

  private static void walk(File at, String path, int depth, int enough, List<String> found) {
    for (String name : names(at)) {
      File file = new File(at, name);
      String inside = path + "/" + name;
      if (isSource(inside, name) && file.isFile()) {
        found.add(inside);
      } else if (depth > 0 && !name.startsWith(".") && file.isDirectory()) {
        walk(file, inside, depth - 1, enough, found);
      }
      if (found.size() >= enough) {
        return;
      }
    }
  }

  private static boolean isSession(String name) {
    return name.equals("session_state.json")
        || (name.startsWith("session_") && name.endsWith(".json"));
  }

  private static boolean isSource(String path, String name) {
    if (path.startsWith("events/")) {
      return name.endsWith(".jsonl");
    }
    return path.startsWith("dlq/")
        ? name.endsWith(".json") && !name.equals("index.json")
        : name.endsWith(".checkpoint.json");
  }

  private static String[] names(File directory) {
    String[] names = directory.list();
    if (names == null) {
      return new String[0];
    }
    Arrays.sort(names);
    return names;
  }

  /// Whether every source has been taken over into that store. Looks for their names in the record
  /// of the migration, without parsing it.
  public boolean isMigrated(Path root) {
    String record = record(root.resolve("state").toFile());
    if (record == null) {
      return false;
    }
    for (String source : sources()) {
      if (!record.contains(quoted(source))) {
        return false;
      }
    }
    return true;
  }

  /// The text of this project's record: the repository is called like its directory, with a suffix
  /// where another one is called so, too.
  private @Nullable String record(File state) {
    String base = project.getName();
    String mine = quoted(directory.getAbsolutePath());
    for (String name : names(state)) {
      if (name.equals(base) || name.startsWith(base + "-")) {
        String text = text(new File(new File(state, name), "migrations/legacy-local.json"));
        if (text != null && text.contains(mine)) {
          return text;
        }
      }
    }
    return null;
  }

  private static @Nullable String text(File file) {
    try {
      return file.isFile() ? Files.readString(file.toPath(), StandardCharsets.UTF_8) : null;
    } catch (IOException _) { // then nothing is known of a migration
      return null;
    }
  }

  /// As it stands in the record.
  private static String quoted(String text) {
    StringBuilder quoted = new StringBuilder(text.length() + 2).append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '"' || c == '\\') {
        quoted.append('\\');
      }
      quoted.append(c);
    }
    return quoted.append('"').toString();
  }
}
