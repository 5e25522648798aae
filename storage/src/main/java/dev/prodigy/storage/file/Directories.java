package dev.prodigy.storage.file;

import dev.prodigy.storage.StorageException;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/// Lists directories by name, without dot-files; one that is not there is empty.
public final class Directories {
  private Directories() {}

  public static List<Path> files(Path directory, String suffix) {
    return list(directory, path -> path.toString().endsWith(suffix));
  }

  public static List<Path> directories(Path directory) {
    return list(directory, Files::isDirectory);
  }

  public static String stem(Path file, String suffix) {
    String name = file.getFileName().toString();
    return name.substring(0, name.length() - suffix.length());
  }

  private static List<Path> list(Path directory, Predicate<Path> wanted) {
    var found = new ArrayList<Path>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
      for (Path entry : entries) {
        if (!entry.getFileName().toString().startsWith(".") && wanted.test(entry)) {
          found.add(entry);
        }
      }
    } catch (NoSuchFileException | NotDirectoryException _) { // nothing was ever written there
      return List.of();
    } catch (DirectoryIteratorException e) {
      throw StorageException.io(directory, new IOException(e.getMessage(), e));
    } catch (IOException e) {
      throw StorageException.io(directory, e);
    }
    found.sort(null);
    return found;
  }
}
