package dev.prodigy.engine;

import dev.prodigy.engine.StepOutcome.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Set;

/// Writes files of the worktree for a workflow, and none outside it, whatever paths, symbolic links
/// or variables say.
final class FileWriting {
  private final Path worktree;
  private final Path cwd;

  FileWriting(Path worktree, Path cwd) {
    this.worktree = worktree;
    this.cwd = cwd;
  }

  /// The file a path names.
  ///
  /// @throws StepFault if it is not below the worktree, or is a directory
  Path target(String path) {
    Path file = inside(path);
    if (Files.isDirectory(file)) {
      throw fault("Invalid path: '%s' is a directory".formatted(path));
    }
    return file;
  }

  /// What a path names, be it a file, a directory or nothing yet.
  ///
  /// @throws StepFault if it is not below the worktree
  Path inside(String path) {
    Path file;
    try {
      file = cwd.resolve(path);
    } catch (InvalidPathException e) {
      throw fault("Invalid path: " + e.getMessage());
    }
    for (Path part : Path.of(path)) {
      if (part.toString().equals("..")) {
        throw fault("Invalid path: parent directory traversal not allowed");
      }
    }
    requireInside(file.normalize(), path);
    return file.normalize();
  }

  private void requireInside(Path file, String path) {
    try {
      Path root = worktree.toRealPath();
      Path existing = file;
      while (!Files.exists(existing) && existing.getParent() != null) {
        existing = existing.getParent();
      }
      Path real = existing.toRealPath();
      if (!real.startsWith(root)) {
        throw fault("Invalid path: '%s' is outside the worktree".formatted(path));
      }
    } catch (IOException e) {
      throw fault("Invalid path: '%s': %s".formatted(path, e.getMessage()));
    }
  }

  /// Replaces the file as a whole: readers see the old or the new text, never a part.
  ///
  /// @param mode permission bits, as in `0644`
  void write(Path file, String text, int mode, boolean createParents) {
    write(file, text.getBytes(StandardCharsets.UTF_8), mode, createParents);
  }

  /// As above, of bytes.
  void write(Path file, byte[] bytes, int mode, boolean createParents) {
    Path parent = file.getParent();
    if (parent == null) {
      throw fault("Invalid path: " + file);
    }
    Path fresh =
        parent.resolve(
            ".%s.%s.tmp".formatted(file.getFileName(), Long.toHexString(System.nanoTime())));
    try {
      if (createParents) {
        Files.createDirectories(parent);
      }
      Files.write(fresh, bytes);
      Files.setPosixFilePermissions(fresh, permissions(mode));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (NoSuchFileException _) {
      throw fault("Directory does not exist: " + parent + " (set create_dirs: true)");
    } catch (FileAlreadyExistsException e) {
      throw fault("Not a directory: " + e.getFile());
    } catch (IOException e) {
      discard(fresh, e);
      throw fault("Cannot write %s: %s".formatted(file, e));
    }
  }

  private static void discard(Path fresh, IOException cause) {
    try {
      Files.deleteIfExists(fresh);
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  /// The bits of permissions, as in `0644`.
  static int mode(Set<PosixFilePermission> granted) {
    int mode = 0;
    var all = PosixFilePermission.values();
    for (int bit = 0; bit < all.length; bit++) {
      mode |= granted.contains(all[bit]) ? 0400 >> bit : 0;
    }
    return mode;
  }

  private static Set<PosixFilePermission> permissions(int mode) {
    var granted = EnumSet.noneOf(PosixFilePermission.class);
    var all = PosixFilePermission.values(); // owner read first, others execute last
    for (int bit = 0; bit < all.length; bit++) {
      if ((mode & (0400 >> bit)) != 0) {
        granted.add(all[bit]);
      }
    }
    return granted;
  }

  private static StepFault fault(String text) {
    return new StepFault(Kind.COMMAND, text);
  }
}
