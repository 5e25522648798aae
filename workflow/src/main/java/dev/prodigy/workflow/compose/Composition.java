package dev.prodigy.workflow.compose;

import dev.prodigy.model.Json;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What a composed workflow was made of.
///
/// @param sources files, in the order they were read
/// @param templates names of templates used
/// @param parameters their values, secret ones included
/// @param secrets names of parameters that must not be shown
public record Composition(
    List<String> sources,
    Set<String> templates,
    Map<String, JsonNode> parameters,
    Set<String> secrets,
    List<Dependency> dependencies) {

  /// What one file has to do with another.
  public enum Kind {
    IMPORT("Import"),
    EXTENDS("Extends"),
    TEMPLATE("Template"),
    SUB_WORKFLOW("Sub-workflow");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /// As people read it.
    public String word() {
      return word;
    }
  }

  /// @param source the file that refers
  /// @param resolved the file it refers to
  public record Dependency(String source, Kind kind, String resolved) {}

  public Composition {
    sources = List.copyOf(sources);
    templates = Collections.unmodifiableSet(templates);
    parameters = Collections.unmodifiableMap(new LinkedHashMap<>(parameters));
    secrets = Set.copyOf(secrets);
    dependencies = List.copyOf(dependencies);
  }

  /// As it is stored; secret values are masked.
  public ObjectNode json(Instant now) {
    ObjectNode json = Json.NODES.objectNode();
    sources.forEach(json.putArray("sources")::add);
    templates.forEach(json.putArray("templates")::add);
    ObjectNode shown = json.putObject("parameters");
    parameters.forEach((name, value) -> shown.set(name, shown(name, value)));
    json.put("composed_at", now.toString());
    var array = json.putArray("dependencies");
    for (Dependency dependency : dependencies) {
      array
          .addObject()
          .put("source", dependency.source())
          .put("dep_type", dependency.kind().name().toLowerCase(Locale.ROOT))
          .put("resolved", dependency.resolved());
    }
    return json;
  }

  /// A text that may have values of secret parameters, as it may be shown.
  public String masked(String text) {
    String masked = text;
    for (String secret : secrets) {
      JsonNode value = parameters.get(secret);
      String written = value == null ? "" : value.asString(value.toString());
      masked = written.isEmpty() ? masked : masked.replace(written, "***");
    }
    return masked;
  }

  /// A parameter's value as it may be shown.
  public JsonNode shown(String name, JsonNode value) {
    return secrets.contains(name) ? Json.NODES.stringNode("***") : value;
  }
}
