package dev.prodigy.workflow.compose;

import dev.prodigy.workflow.yaml.Value;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// What is taken of an imported file: commands by number, id or name; sub-workflows, templates,
/// parameters and environment entries by name.
record Selection(List<Value> wanted) {

  static Selection of(List<Value> wanted) {
    return new Selection(wanted);
  }

  boolean has(String name) {
    return wanted.stream().anyMatch(one -> one.scalar().equals(name));
  }

  /// @param all the file's content
  Sections of(Layer.Import from, Sections all) {
    Sections chosen = Sections.none(all.owner());
    var commands = new ArrayList<Value>();
    List<Value> steps = all.steps("commands");
    Set<String> available = available(all, from);
    for (Value one : wanted) {
      Value step = step(one.scalar(), steps);
      if (step != null) {
        commands.add(step);
      } else if (!take("workflows", one.scalar(), all, chosen)
          && !isDeclared(one.scalar(), from.layer())
          && !take("env", one.scalar(), all, chosen)) {
        Composer.unknown(
            one,
            "Item '%s' not found in %s"
                .formatted(one.scalar(), from.layer().chain().file().shown()),
            available);
      }
    }
    if (!commands.isEmpty()) {
      chosen.steps("commands", commands, all.owner());
    }
    return chosen;
  }

  private static @Nullable Value step(String name, List<Value> steps) {
    if (name.matches("\\d{1,6}")) {
      int index = Integer.parseInt(name);
      return index < steps.size() ? steps.get(index) : null;
    }
    for (Value step : steps) {
      for (String key : List.of("id", "name")) {
        Value named = step.peek(key);
        if (named != null && named.scalar().equals(name)) {
          return step;
        }
      }
    }
    return null;
  }

  private static boolean take(String section, String name, Sections all, Sections chosen) {
    Value block = all.get(section);
    Value value = block == null ? null : block.peek(name);
    if (block == null || value == null) {
      return false;
    }
    Value before = chosen.get(section);
    Value under = before == null ? block.mappingOf(List.of()) : before;
    chosen.put(section, Sections.withField(under, name, value));
    return true;
  }

  private static boolean isDeclared(String name, Layer layer) {
    for (String section : List.of("templates", "parameters", "defaults")) {
      Value block = layer.own().get(section);
      boolean here =
          block != null
              && (section.equals("parameters")
                  ? ParameterReader.read(block).containsKey(name)
                  : block.peek(name) != null);
      if (here) {
        return true;
      }
    }
    return (layer.base() != null && isDeclared(name, layer.base()))
        || layer.imports().stream().anyMatch(one -> isDeclared(name, one.layer()));
  }

  private static Set<String> available(Sections all, Layer.Import from) {
    var names = new LinkedHashSet<String>();
    for (Value step : all.steps("commands")) {
      for (String key : List.of("id", "name")) {
        Value named = step.peek(key);
        if (named != null && named.isScalar()) {
          names.add(named.scalar());
        }
      }
    }
    for (String section : List.of("workflows", "templates", "env")) {
      Value block = all.get(section);
      Value own = block == null ? from.layer().own().get(section) : block;
      if (own != null) {
        own.fields().forEach(field -> names.add(field.name()));
      }
    }
    names.addAll(ParameterReader.read(from.layer().own().get("parameters")).keySet());
    return names;
  }
}
