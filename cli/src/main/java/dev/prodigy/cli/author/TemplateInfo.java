package dev.prodigy.cli.author;

import dev.prodigy.model.Json;
import dev.prodigy.workflow.yaml.Value;
import dev.prodigy.workflow.yaml.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What is known about a template beside its text: from its metadata file, else from the top of its
/// YAML.
///
/// @param created RFC 3339; null if unknown
/// @param warning about a broken metadata file; null if there is none
record TemplateInfo(
    @Nullable String description,
    @Nullable String author,
    String version,
    List<String> tags,
    @Nullable String created,
    @Nullable String updated,
    @Nullable String warning) {
  static final String FIRST_VERSION = "1.0.0";

  TemplateInfo {
    tags = List.copyOf(tags);
  }

  static TemplateInfo of(TemplateStore.Template template) {
    JsonNode inside = inside(template.file());
    Path directory = template.file().toAbsolutePath().getParent();
    for (String name :
        List.of(
            template.name() + ".meta.json",
            template.name() + ".yml.meta.json",
            "metadata/" + template.name() + ".json")) {
      Path file = directory == null ? Path.of(name) : directory.resolve(name);
      if (Files.isRegularFile(file)) {
        try {
          return of(Json.parse(Files.readString(file)), inside, null);
        } catch (IOException | JacksonException e) {
          return of(
              Json.NODES.objectNode(), inside, "metadata of %s: %s".formatted(template.name(), e));
        }
      }
    }
    return of(Json.NODES.objectNode(), inside, null);
  }

  private static TemplateInfo of(JsonNode meta, JsonNode inside, @Nullable String warning) {
    var tags = new ArrayList<String>();
    (meta.has("tags") ? meta : inside).path("tags").forEach(tag -> tags.add(tag.asString("")));
    String version = text(meta, inside, "version");
    return new TemplateInfo(
        text(meta, inside, "description"),
        text(meta, inside, "author"),
        version == null ? FIRST_VERSION : version,
        tags,
        text(meta, Json.NODES.objectNode(), "created_at"),
        text(meta, Json.NODES.objectNode(), "updated_at"),
        warning);
  }

  private static @Nullable String text(JsonNode first, JsonNode second, String name) {
    JsonNode value = first.hasNonNull(name) ? first.get(name) : second.get(name);
    return value == null || value.isContainer() || value.isNull() ? null : value.asString();
  }

  private static JsonNode inside(Path file) {
    try {
      Value root = Yaml.parse(Files.readString(file), file.toString()).root();
      return root != null && root.is(Value.Kind.MAPPING) ? root.json() : Json.NODES.objectNode();
    } catch (IOException _) { // told by whoever uses the template
      return Json.NODES.objectNode();
    }
  }

  ObjectNode json() {
    ObjectNode json = Json.NODES.objectNode();
    json.put("description", description);
    json.put("author", author);
    json.put("version", version);
    tags.forEach(json.putArray("tags")::add);
    json.put("created_at", created);
    json.put("updated_at", updated);
    return json;
  }
}
