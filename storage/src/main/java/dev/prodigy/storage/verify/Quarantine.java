package dev.prodigy.storage.verify;

import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.file.DocumentSeal;
import dev.prodigy.storage.file.PrivateFiles;
import dev.prodigy.storage.verify.Finding.Kind;
import dev.prodigy.storage.verify.Findings.Fix;
import dev.prodigy.storage.verify.Findings.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.function.UnaryOperator;

/// Where a repair puts what cannot be used: `quarantine/` with the path it had below the root. No
/// glob of a user looks there, and nothing there is ever deleted by us.
final class Quarantine {
  private final Path root;
  private final Path directory;

  Quarantine(Path root, Path directory) {
    this.root = root;
    this.directory = directory;
  }

  /// Takes the file or directory away from where it is.
  Outcome move(Path path) {
    return Outcome.done("moved to " + moved(path));
  }

  Path moved(Path path) {
    try {
      Path target = place(path);
      Files.move(path, target, StandardCopyOption.ATOMIC_MOVE);
      PrivateFiles.syncDirectory(parent(target));
      PrivateFiles.syncDirectory(parent(path));
      return target;
    } catch (IOException e) {
      throw StorageException.io(path, e);
    }
  }

  /// Keeps a copy of a document that is about to be changed.
  Path copied(Path path) {
    try {
      Path target = place(path);
      PrivateFiles.replace(target, out -> out.write(Files.readAllBytes(path)));
      return target;
    } catch (IOException e) {
      throw StorageException.io(path, e);
    }
  }

  /// Tells of a checksum that does not fit. A person may have edited the document, so it stays as
  /// it is.
  void verifySeal(Kind kind, Path document, Findings findings, UnaryOperator<Fix> locked) {
    DocumentSeal.problem(document)
        .ifPresent(
            why -> findings.damage(kind, document, -1, why, locked.apply(() -> sealed(document))));
  }

  private Outcome sealed(Path document) {
    Path kept = copied(document);
    DocumentSeal.renew(document);
    return Outcome.done("taken as it is, with a new checksum; look at it, a copy is in " + kept);
  }

  private Path place(Path path) throws IOException {
    Path wanted = directory.resolve(root.relativize(path));
    PrivateFiles.createDirectories(parent(wanted));
    Path free = wanted;
    for (int i = 2; Files.exists(free, LinkOption.NOFOLLOW_LINKS); i++) {
      free = wanted.resolveSibling(wanted.getFileName() + "-" + i);
    }
    return free;
  }

  private static Path parent(Path path) {
    Path parent = path.getParent();
    if (parent == null) {
      throw new IllegalArgumentException("a root has no place: " + path);
    }
    return parent;
  }
}
