package dev.prodigy.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads references straight from the repository's files, which costs microseconds where a process
/// costs milliseconds. Format: gitrepository-layout(5).
///
/// Only the `files` format is understood; [#readable] is false for the others (reftable).
final class RefFiles {
  private static final int DEEPEST_SYMBOLIC_REF = 5;

  private final Path commonDir;
  private volatile Packed packed = new Packed("", Map.of());

  /// What a `HEAD` says.
  ///
  /// @param ref the full name it points to, null when detached
  /// @param commit null for a branch without a commit
  record Head(@Nullable String ref, @Nullable String commit) {

    /// The branch's short name, if it is one.
    Optional<String> branch() {
      return ref != null && ref.startsWith("refs/heads/")
          ? Optional.of(ref.substring("refs/heads/".length()))
          : Optional.empty();
    }
  }

  private record Packed(String stamp, Map<String, String> commits) {}

  RefFiles(Path commonDir) {
    this.commonDir = commonDir;
  }

  boolean readable() {
    return !Files.isDirectory(commonDir.resolve("reftable"));
  }

  Head head(Path gitDir) {
    String text = read(gitDir.resolve("HEAD")).orElse("");
    if (text.startsWith("ref:")) {
      String ref = text.substring("ref:".length()).strip();
      return new Head(ref, commit(ref).orElse(null));
    }
    return new Head(null, text.isEmpty() ? null : text);
  }

  /// The commit of a reference that all worktrees share.
  Optional<String> commit(String ref) {
    String name = ref;
    for (int depth = 0; depth < DEEPEST_SYMBOLIC_REF; depth++) {
      Optional<String> loose = read(commonDir.resolve(name));
      if (loose.isEmpty() || loose.get().isEmpty()) {
        // Packing writes packed-refs before it deletes the loose file: looking second is safe.
        return Optional.ofNullable(packed().get(name));
      }
      if (!loose.get().startsWith("ref:")) {
        return loose;
      }
      name = loose.get().substring("ref:".length()).strip();
    }
    return Optional.empty();
  }

  /// Where a symbolic reference points, as a full name.
  Optional<String> symbolic(String ref) {
    return read(commonDir.resolve(ref))
        .filter(text -> text.startsWith("ref:"))
        .map(text -> text.substring("ref:".length()).strip());
  }

  private Map<String, String> packed() {
    Path file = commonDir.resolve("packed-refs");
    try {
      var attributes = Files.readAttributes(file, BasicFileAttributes.class);
      // Git replaces the file as a whole, so a new one has another key.
      String stamp =
          attributes.fileKey() + " " + attributes.size() + " " + attributes.lastModifiedTime();
      Packed known = packed;
      if (!known.stamp().equals(stamp)) {
        known = new Packed(stamp, parse(Files.readString(file)));
        packed = known;
      }
      return known.commits();
    } catch (NoSuchFileException _) {
      return Map.of();
    } catch (IOException e) {
      throw GitException.io(file, e);
    }
  }

  private static Map<String, String> parse(String text) {
    var commits = new HashMap<String, String>();
    for (String line : text.split("\n", -1)) {
      int space = line.indexOf(' ');
      if (space > 0 && line.charAt(0) != '#' && line.charAt(0) != '^') {
        commits.put(line.substring(space + 1), line.substring(0, space));
      }
    }
    return commits;
  }

  private static Optional<String> read(Path file) {
    try {
      return Files.isDirectory(file)
          ? Optional.empty()
          : Optional.of(Files.readString(file).strip());
    } catch (NoSuchFileException | NotDirectoryException _) {
      return Optional.empty();
    } catch (IOException e) {
      // ENOTDIR comes without a type of its own: refs/heads/a is a file, refs/heads/a/b asked for.
      if (Files.notExists(file)) {
        return Optional.empty();
      }
      throw GitException.io(file, e);
    }
  }
}
