package dev.prodigy.workflow.compose;

import dev.prodigy.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;

/// The version a registered template has now.
final class TemplateVersion {
  private TemplateVersion() {}

  /// Empty if nothing says so.
  static String of(Path directory, String name) {
    for (String file :
        List.of(name + ".meta.json", name + ".yml.meta.json", "metadata/" + name + ".json")) {
      Path path = directory.resolve(file);
      if (Files.isRegularFile(path)) {
        try {
          return Json.parse(Files.readString(path)).path("version").asString("");
        } catch (IOException | JacksonException _) { // told when templates are listed
          return "";
        }
      }
    }
    return "";
  }
}
