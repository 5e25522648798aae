package dev.prodigy.engine;

import dev.prodigy.workflow.expression.Glob;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Consumer;

/// The files of a project that patterns name: `specs/*.md`, `src/**/*.rs`.
final class InputFiles {
  private InputFiles() {}

  /// Sorted paths relative to the project, each once.
  ///
  /// @param warnings told of a pattern that names no file
  static SortedSet<String> find(Path project, List<String> patterns, Consumer<String> warnings) {
    List<String> files = all(project);
    var found = new TreeSet<String>();
    for (String pattern : patterns) {
      Glob glob = Glob.of(relative(project, pattern));
      List<String> matching = files.stream().filter(glob::matchesWhole).toList();
      if (matching.isEmpty()) {
        warnings.accept("No files match --map pattern: " + pattern);
      }
      found.addAll(matching);
    }
    return found;
  }

  private static String relative(Path project, String pattern) {
    String root = project + "/";
    String own = pattern.startsWith(root) ? pattern.substring(root.length()) : pattern;
    return own.startsWith("./") ? own.substring(2) : own;
  }

  private static List<String> all(Path project) {
    var files = new TreeSet<String>();
    try {
      Files.walkFileTree(
          project,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes about) {
              return directory.endsWith(".git")
                  ? FileVisitResult.SKIP_SUBTREE
                  : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes about) {
              files.add(project.relativize(file).toString());
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException | UncheckedIOException e) {
      throw EngineException.file(project, e);
    }
    return List.copyOf(files);
  }
}
