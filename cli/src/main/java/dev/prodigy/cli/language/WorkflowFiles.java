package dev.prodigy.cli.language;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/// The workflow files that paths of a command line stand for.
final class WorkflowFiles {
  private static final Set<String> SKIPPED = Set.of(".git", "node_modules", "target", "build");

  private WorkflowFiles() {}

  /// Files as they are, and of directories every `.yml` and `.yaml` below them.
  ///
  /// @throws ProdigyException if a path leads nowhere or a directory cannot be read
  static List<Path> of(Path callerDirectory, List<Path> paths) {
    var files = new ArrayList<Path>();
    for (Path path : paths) {
      Path found = callerDirectory.resolve(path).normalize();
      if (Files.isDirectory(found)) {
        files.addAll(below(found));
      } else if (Files.exists(found)) {
        files.add(found);
      } else {
        throw new ProdigyException(
            ErrorCode.WORKFLOW_NOT_FOUND,
            "Workflow file '%s' does not exist".formatted(path),
            null);
      }
    }
    return files;
  }

  private static List<Path> below(Path directory) {
    var files = new ArrayList<Path>();
    try {
      Files.walkFileTree(
          directory,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path each, BasicFileAttributes attributes) {
              boolean skipped = !each.equals(directory) && SKIPPED.contains(name(each));
              return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              String name = name(file).toLowerCase(Locale.ROOT);
              if (name.endsWith(".yml") || name.endsWith(".yaml")) {
                files.add(file);
              }
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new ProdigyException(
          ErrorCode.STORAGE_IO,
          "Cannot read directory " + directory,
          directory.toString(),
          e.getMessage(),
          null,
          e);
    }
    files.sort(null);
    return files;
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }

  /// As a user would write it: relative to where they stand, if it is below.
  static String shown(Path callerDirectory, Path file) {
    return file.startsWith(callerDirectory)
        ? callerDirectory.relativize(file).toString()
        : file.toString();
  }
}
