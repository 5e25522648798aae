package dev.prodigy.cli.config;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A setting with every value it was given, lowest source first.
final class Traced {
  private final Setting setting;
  private final String path;
  private final List<Entry> history = new ArrayList<>();

  private Traced(Setting setting, String path) {
    this.setting = setting;
    this.path = path;
  }

  static Traced of(Setting setting, String path) {
    var traced = new Traced(setting, path);
    if (setting.standard() != null) {
      traced.history.add(new Entry(path, setting.standard(), Origin.STANDARD));
    }
    return traced;
  }

  /// `null` in a source stands for the default.
  void add(Entry entry) {
    history.add(
        entry.value() != null ? entry : new Entry(path, setting.standard(), entry.origin()));
  }

  Setting setting() {
    return setting;
  }

  String path() {
    return path;
  }

  List<Entry> history() {
    return history;
  }

  @Nullable JsonNode value() {
    return history.isEmpty() ? null : history.getLast().value();
  }

  boolean isSet() {
    return history.stream().anyMatch(entry -> entry.origin().type() != Origin.Type.DEFAULT);
  }
}
