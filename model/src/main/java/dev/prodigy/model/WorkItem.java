package dev.prodigy.model;

import tools.jackson.databind.JsonNode;

/// One item of the list frozen at map start.
///
/// @param data exactly as the workflow's input gave it
public record WorkItem(ItemId id, JsonNode data) {
  public int index() {
    return id.index();
  }
}
