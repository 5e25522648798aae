package dev.prodigy.storage.file;

import dev.prodigy.storage.StorageException;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How large a file or directory is and when anything in it last changed. Symbolic links are not
/// followed; what vanishes meanwhile does not count.
///
/// @param newest of its files; of the directory itself where it has none
public record TreeSize(long bytes, long files, Instant newest) {

  /// Nothing, and long ago, if it is not there.
  public static TreeSize of(Path tree) {
    if (!Files.exists(tree, LinkOption.NOFOLLOW_LINKS)) {
      return new TreeSize(0, 0, Instant.EPOCH);
    }
    var sum = new Sum();
    try {
      Files.walkFileTree(tree, sum);
    } catch (IOException e) {
      throw StorageException.io(tree, e);
    }
    return new TreeSize(sum.bytes, sum.files, sum.files == 0 ? sum.directory : sum.newest);
  }

  /// Deletes a tree without following links. What vanishes meanwhile is fine.
  public static void delete(Path tree) {
    try {
      Files.walkFileTree(
          tree,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.deleteIfExists(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
              return gone(file, e);
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException e)
                throws IOException {
              Files.deleteIfExists(directory);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw StorageException.io(tree, e);
    }
  }

  private static FileVisitResult gone(Path file, IOException e) throws IOException {
    if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
      throw e;
    }
    return FileVisitResult.CONTINUE;
  }

  private static final class Sum extends SimpleFileVisitor<Path> {
    private long bytes;
    private long files;
    private Instant newest = Instant.EPOCH;
    private Instant directory = Instant.EPOCH;

    @Override
    public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
      directory = later(directory, attributes);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
      bytes += attributes.size();
      files++;
      newest = later(newest, attributes);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
      return gone(file, e);
    }

    private static Instant later(Instant one, BasicFileAttributes attributes) {
      Instant other = attributes.lastModifiedTime().toInstant();
      return other.isAfter(one) ? other : one;
    }
  }
}
