package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Fields that may stand on any element of a list of steps, but speak for the whole list.
final class Lifted {

  private final List<String> names;
  private final Map<String, Value> found = new HashMap<>();

  Lifted(String... names) {
    this.names = List.of(names);
  }

  void takeFrom(Mapping fields) {
    for (String name : names) {
      Value value = fields.take(name);
      if (value != null) {
        found.put(name, value);
      }
    }
  }

  @Nullable Value get(String name) {
    return found.get(name);
  }
}
