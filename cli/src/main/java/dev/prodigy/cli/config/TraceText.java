package dev.prodigy.cli.config;

import dev.prodigy.cli.terminal.Console;
import dev.prodigy.model.Json;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// How settings came to their values, as text or JSON.
final class TraceText {
  private final Configuration configuration;

  TraceText(Configuration configuration) {
    this.configuration = configuration;
  }

  /// How many sources, defaults not counted, set it.
  static long sources(Traced traced) {
    return traced.history().stream()
        .filter(entry -> entry.origin().type() != Origin.Type.DEFAULT)
        .count();
  }

  void print(Console console, List<Traced> wanted, boolean single, boolean json) {
    if (json) {
      var array = Json.NODES.arrayNode();
      wanted.forEach(traced -> array.add(json(traced)));
      console.print(single ? array.get(0).toPrettyString() : array.toPrettyString());
      return;
    }
    if (wanted.isEmpty()) {
      console.print("No configuration values were overridden.");
      return;
    }
    if (!single) {
      console.print("Configuration values:");
    }
    wanted.forEach(traced -> block(console, traced));
  }

  private void block(Console console, Traced traced) {
    console.print(traced.path() + ": " + Shown.value(traced, traced.value()));
    List<Entry> history = traced.history();
    for (int i = 0; i < history.size(); i++) {
      Entry entry = history.get(i);
      boolean last = i == history.size() - 1;
      console.print(
          "  %s %s: %s %s"
              .formatted(
                  last ? "└──" : "├──",
                  entry.origin().shown(configuration.home()),
                  Shown.value(traced, entry.value()),
                  last ? "← final value" : "(overridden)"));
    }
  }

  private static ObjectNode json(Traced traced) {
    ObjectNode json = Json.NODES.objectNode();
    json.put("path", traced.path());
    json.set("final_value", Shown.value(traced, traced.value()));
    List<Entry> history = traced.history();
    json.set("final_source", json(history.getLast().origin()));
    var array = json.putArray("history");
    for (Entry entry : history) {
      ObjectNode one = array.addObject();
      one.set("value", Shown.value(traced, entry.value()));
      one.set("source", json(entry.origin()));
      one.put("overridden", !entry.equals(history.getLast()));
    }
    return json;
  }

  private static ObjectNode json(Origin origin) {
    ObjectNode json = Json.NODES.objectNode();
    json.put("type", origin.type().word());
    json.put("source", origin.name());
    if (origin.line() > 0) {
      json.put("line", origin.line());
      json.put("column", origin.column());
    }
    return json;
  }
}
