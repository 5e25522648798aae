package dev.prodigy.workflow.expression;

import java.util.ArrayList;
import java.util.List;

/// A path pattern: `*` and `?` stay within one directory, `**` crosses them. A pattern without `/`
/// is about the file's name, one with `/` about the whole path.
///
/// Matches in time proportional to pattern times path, whatever the pattern.
public final class Glob {
  private final String pattern;

  private Glob(String pattern) {
    this.pattern = pattern;
  }

  /// One pattern, whatever commas are in it.
  public static Glob of(String pattern) {
    return new Glob(pattern);
  }

  /// Patterns separated by commas.
  public static List<Glob> list(String patterns) {
    List<Glob> globs = new ArrayList<>();
    int start = 0;
    while (start <= patterns.length()) {
      int comma = patterns.indexOf(',', start);
      int end = comma < 0 ? patterns.length() : comma;
      String pattern = patterns.substring(start, end).strip();
      if (!pattern.isEmpty()) {
        globs.add(new Glob(pattern));
      }
      start = end + 1;
    }
    return globs;
  }

  public boolean matches(String path) {
    return run(pattern.indexOf('/') < 0 ? path.substring(path.lastIndexOf('/') + 1) : path);
  }

  /// Is the whole path meant, also by a pattern without `/`?
  public boolean matchesWhole(String path) {
    return run(path);
  }

  /// Follows all ways through the pattern at once: `open[p]` means that the pattern's first p
  /// characters can match what was read so far.
  private boolean run(String text) {
    boolean[] open = new boolean[pattern.length() + 1];
    open[0] = true;
    skipStars(open);
    for (int i = 0; i < text.length(); i++) {
      open = step(open, text.charAt(i));
      skipStars(open);
    }
    return open[pattern.length()];
  }

  private boolean[] step(boolean[] open, char c) {
    boolean[] next = new boolean[open.length];
    for (int p = 0; p < pattern.length(); p++) {
      if (!open[p]) {
        continue;
      }
      char wanted = pattern.charAt(p);
      if (wanted == '*') {
        next[p] |= c != '/' || doubleStar(p);
      } else if (wanted == '?' ? c != '/' : c == wanted) {
        next[p + 1] = true;
      }
    }
    return next;
  }

  /// Stars match nothing too, and `**/` no directory at all.
  private void skipStars(boolean[] open) {
    for (int p = 0; p < pattern.length(); p++) {
      if (open[p] && pattern.charAt(p) == '*') {
        open[p + 1] = true;
        if (doubleStar(p) && atDirectory(p) && pattern.startsWith("**/", p)) {
          open[p + 3] = true;
        }
      }
    }
  }

  private boolean atDirectory(int star) {
    return star == 0 || pattern.charAt(star - 1) == '/';
  }

  private boolean doubleStar(int star) {
    return pattern.startsWith("**", star) || (star > 0 && pattern.charAt(star - 1) == '*');
  }
}
