package dev.prodigy.cli.look;

import dev.prodigy.cli.config.MainWorktree;
import dev.prodigy.model.Json;
import dev.prodigy.model.Sha256;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The name under which the store keeps a repository, without asking git: usually its directory's.
/// Another repository may have that name already; `repositories.json` tells, and is parsed only if
/// its text does not show at once that the name is ours.
final class RepositoryHere {
  private RepositoryHere() {}

  /// @param directory holds `.git`
  static String name(File directory, Path root) {
    File main = MainWorktree.of(directory);
    String canonical = canonical(main);
    String name = canonical.substring(canonical.lastIndexOf(File.separatorChar) + 1);
    String registered = text(new File(root.toFile(), "repositories.json"));
    int at = registered.indexOf("\"".concat(name).concat("\""));
    boolean ours =
        at >= 0
            && registered
                .substring(at, end(registered, at))
                .contains("\"".concat(canonical).concat("\""));
    return registered.isEmpty() || ours ? name : Registry.name(registered, canonical, name);
  }

  private static int end(String text, int from) {
    int end = text.indexOf('}', from);
    return end < 0 ? text.length() : end;
  }

  private static String canonical(File directory) {
    try {
      return directory.getCanonicalPath();
    } catch (IOException _) { // as it was given
      return directory.getAbsolutePath();
    }
  }

  /// Empty if it cannot be read: then there are no other names.
  private static String text(File file) {
    if (!file.isFile()) {
      return "";
    }
    try {
      return Files.readString(file.toPath());
    } catch (IOException _) {
      return "";
    }
  }

  /// Loaded only where the name may be another's.
  private static final class Registry {
    static String name(String registered, String canonical, String name) {
      try {
        JsonNode repositories = Json.parse(registered).path("repos");
        for (Map.Entry<String, JsonNode> entry : repositories.properties()) {
          if (entry.getValue().path("root").asString("").equals(canonical)) {
            return entry.getKey();
          }
        }
        String owner = repositories.path(name).path("root").asString("");
        boolean taken = !owner.isEmpty() && new File(owner).exists();
        return taken ? name + "-" + hash(canonical) : name;
      } catch (JacksonException _) { // told by the commands that write it
        return name;
      }
    }

    private static String hash(String canonical) {
      return Sha256.hex(canonical).substring(0, 8);
    }
  }
}
