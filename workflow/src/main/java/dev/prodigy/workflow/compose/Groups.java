package dev.prodigy.workflow.compose;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.workflow.yaml.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// In which order sub-workflows run that no step names: as they are declared, but after what they
/// depend on; consecutive parallel ones together.
final class Groups {
  private final Map<String, Value> definitions;
  private final Set<String> referenced;
  private final List<String> order = new ArrayList<>();

  Groups(Map<String, Value> definitions, Set<String> referenced) {
    this.definitions = definitions;
    this.referenced = referenced;
  }

  List<List<String>> groups() {
    var waiting = new LinkedHashMap<String, Value>(definitions);
    waiting.keySet().removeAll(referenced);
    while (!waiting.isEmpty()) {
      String next =
          waiting.keySet().stream()
              .filter(name -> dependencies(name, waiting).isEmpty())
              .findFirst()
              .orElse(null);
      if (next == null) {
        Value first = waiting.values().iterator().next();
        first.problem(
            ErrorCode.WORKFLOW_CIRCULAR,
            "sub-workflows depend on each other: " + String.join(" -> ", circle(waiting)));
        return List.of();
      }
      order.add(next);
      waiting.remove(next);
    }
    return grouped();
  }

  private List<String> dependencies(String name, Map<String, Value> among) {
    return named(definitions.get(name)).stream().filter(among::containsKey).toList();
  }

  private List<String> named(@Nullable Value definition) {
    Value listed = definition == null ? null : definition.peek("depends_on");
    if (listed == null) {
      return List.of();
    }
    var names = new ArrayList<String>();
    for (Value one : listed.is(Value.Kind.LIST) ? listed.list() : List.of(listed)) {
      if (!definitions.containsKey(one.scalar())) {
        Composer.unknown(
            one, "sub-workflow '%s' not found".formatted(one.scalar()), definitions.keySet());
      }
      names.add(one.scalar());
    }
    return names;
  }

  private List<String> circle(Map<String, Value> waiting) {
    var circle = new ArrayList<String>();
    String name = waiting.keySet().iterator().next();
    while (!circle.contains(name)) {
      circle.add(name);
      name = dependencies(name, waiting).getFirst();
    }
    var whole = new ArrayList<>(circle.subList(circle.indexOf(name), circle.size()));
    whole.add(name);
    return whole;
  }

  private List<List<String>> grouped() {
    var groups = new ArrayList<List<String>>();
    boolean open = false;
    for (String name : order) {
      boolean parallel = isParallel(name);
      boolean joins =
          parallel
              && open
              && groups.getLast().stream().noneMatch(named(definitions.get(name))::contains);
      if (joins) {
        groups.getLast().add(name);
      } else {
        groups.add(new ArrayList<>(List.of(name)));
      }
      open = parallel;
    }
    return groups;
  }

  private boolean isParallel(String name) {
    Value definition = definitions.get(name);
    Value parallel = definition == null ? null : definition.peek("parallel");
    return parallel != null && parallel.scalar().equalsIgnoreCase("true");
  }
}
