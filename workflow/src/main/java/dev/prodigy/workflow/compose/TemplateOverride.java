package dev.prodigy.workflow.compose;

import dev.prodigy.workflow.yaml.Spelling;
import dev.prodigy.workflow.yaml.Value;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// `override`: replaces parts of a template, named by a top-level key or by a path such as
/// `commands.0.timeout` or `map.max_parallel`.
final class TemplateOverride {
  private TemplateOverride() {}

  static void apply(Sections content, Value override) {
    if (!override.is(Value.Kind.MAPPING)) {
      override.expected("a mapping of what to replace");
      return;
    }
    for (Value.Entry entry : override.fields()) {
      List<String> path = path(entry.name());
      String top = path.getFirst().equals("steps") ? "commands" : path.getFirst();
      if (path.size() == 1) {
        content.put(top, entry.value());
        continue;
      }
      Value old = content.get(top);
      Value changed =
          old == null ? null : replaced(old, path.subList(1, path.size()), entry.value());
      if (changed == null) {
        var near = Spelling.nearest(top, content.names());
        entry
            .key()
            .warn(
                "`%s` overrides nothing%s"
                    .formatted(
                        entry.name(),
                        old == null
                            ? near.map(name -> ", did you mean `%s`?".formatted(name)).orElse("")
                            : ""));
      } else {
        content.put(top, changed);
      }
    }
  }

  /// `a[0].b` is `a.0.b`.
  private static List<String> path(String text) {
    var steps = new ArrayList<String>();
    for (String step : text.replaceAll("\\[(\\d{1,6})]", ".$1").split("\\.", -1)) {
      if (!step.isEmpty()) {
        steps.add(step);
      }
    }
    return steps.isEmpty() ? List.of(text) : steps;
  }

  /// Null if the path leads nowhere; its last step may be a new field.
  private static @Nullable Value replaced(Value value, List<String> path, Value by) {
    if (path.isEmpty()) {
      return by;
    }
    String step = path.getFirst();
    List<String> rest = path.subList(1, path.size());
    if (value.is(Value.Kind.LIST)) {
      var elements = new ArrayList<>(value.list());
      boolean inside = step.matches("\\d{1,6}") && Integer.parseInt(step) < elements.size();
      Value changed = inside ? replaced(elements.get(Integer.parseInt(step)), rest, by) : null;
      if (changed == null) {
        return null;
      }
      elements.set(Integer.parseInt(step), changed);
      return value.listOf(elements);
    }
    if (!value.is(Value.Kind.MAPPING)) {
      return null;
    }
    Value old = value.peek(step);
    if (old == null && !rest.isEmpty()) {
      return null;
    }
    Value changed = old == null ? by : replaced(old, rest, by);
    return changed == null ? null : Sections.withField(value, step, changed);
  }
}
