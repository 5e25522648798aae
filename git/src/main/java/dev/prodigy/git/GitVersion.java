package dev.prodigy.git;

import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// The version of the installed git, asked once.
record GitVersion(int major, int minor) {
  private static final Pattern TEXT = Pattern.compile("git version (\\d+)\\.(\\d+)");
  private static volatile @Nullable GitVersion installed;

  static GitVersion installed() {
    GitVersion known = installed;
    if (known == null) {
      known = parse(Git.in(Path.of("/")).run("version").line());
      installed = known;
    }
    return known;
  }

  /// @throws GitException if it is older than 2.25, the oldest we know to work
  static GitVersion parse(String text) {
    Matcher matcher = TEXT.matcher(text);
    if (!matcher.find()) {
      throw GitException.tooOld(text);
    }
    var version =
        new GitVersion(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    if (!version.atLeast(2, 25)) {
      throw GitException.tooOld(text);
    }
    return version;
  }

  boolean atLeast(int otherMajor, int otherMinor) {
    return major > otherMajor || (major == otherMajor && minor >= otherMinor);
  }

  /// `merge-tree --write-tree`: merging without a working tree.
  boolean mergesInObjectStore() {
    return atLeast(2, 38);
  }
}
