package dev.prodigy.workflow.compose;

import dev.prodigy.workflow.yaml.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Composes the workflows a workflow runs within itself, and makes steps of those that no step
/// names: they run first, those marked `parallel` together.
final class SubWorkflows {
  /// What a definition says about the call; all else is the child itself.
  private static final Set<String> OF_THE_CALL =
      Set.of(
          "name",
          "source",
          "parameters",
          "with",
          "inputs",
          "outputs",
          "parallel",
          "continue_on_error",
          "timeout",
          "working_dir",
          "when",
          "depends_on",
          "isolation");

  private static final Set<String> CONSUMED = Set.of("name", "source", "parameters", "with");
  private static final String COMPOSED = "workflow";

  private final Unit unit;
  private final Layer top;
  private final Set<String> referenced = new LinkedHashSet<>();
  private final Map<String, Set<String>> given = new HashMap<>();

  SubWorkflows(Unit unit, Layer top) {
    this.unit = unit;
    this.top = top;
  }

  void compose(Sections sections) {
    Map<String, Value> definitions = definitions(sections.get("workflows"));
    collectReferences(sections);
    for (String name : referenced) {
      if (!definitions.containsKey(name)) {
        addFromAlias(name, definitions, sections);
      }
    }
    if (definitions.isEmpty()) {
      sections.remove("workflows");
      return;
    }
    boolean mapReduce = isMapReduce(sections);
    boolean hasSteps = mapReduce || !sections.steps("commands").isEmpty();
    if (!hasSteps && definitions.containsKey("main")) {
      definitions.keySet().retainAll(Set.of("main"));
    }
    var composed = new LinkedHashMap<String, Value>();
    definitions.forEach((name, definition) -> composed.put(name, composed(name, definition)));
    var fields = new ArrayList<Value.Entry>();
    composed.forEach((name, value) -> fields.add(new Value.Entry(name, value.textOf(name), value)));
    Value at = sections.owner();
    sections.put("workflows", at.mappingOf(fields));
    addSteps(sections, composed, mapReduce ? "setup" : "commands");
  }

  private static boolean isMapReduce(Sections sections) {
    Value mode = sections.get("mode");
    return mode != null && mode.scalar().strip().equalsIgnoreCase("mapreduce");
  }

  private static Map<String, Value> definitions(@Nullable Value block) {
    var definitions = new LinkedHashMap<String, Value>();
    if (block == null || block.is(Value.Kind.NOTHING)) {
      return definitions;
    }
    if (block.is(Value.Kind.LIST)) {
      for (Value each : block.list()) {
        Value name = each.peek("name");
        if (name == null) {
          each.problem("`name` of the sub-workflow is missing");
        } else if (definitions.putIfAbsent(name.text(), each) != null) {
          name.problem("sub-workflow `%s` is defined twice".formatted(name.scalar()));
        }
      }
    } else if (block.is(Value.Kind.MAPPING)) {
      block.fields().forEach(field -> definitions.put(field.name(), field.value()));
    } else {
      block.expected("sub-workflows by name");
    }
    return definitions;
  }

  private void collectReferences(Sections sections) {
    for (String section : Sections.allStepLists()) {
      var _ =
          StepPlaces.changed(
              sections.steps(section),
              step -> {
                Value name = step.peek(COMPOSED);
                if (name != null && name.isScalar()) {
                  reference(name.scalar(), step.peek("with"));
                }
                return List.of(step);
              });
    }
  }

  private void reference(String name, @Nullable Value with) {
    referenced.add(name);
    if (with != null) {
      with.fields()
          .forEach(field -> given.computeIfAbsent(name, _ -> new HashSet<>()).add(field.name()));
    }
  }

  /// `workflow: alias`, or `workflow: alias.name` for one of its own.
  private void addFromAlias(String name, Map<String, Value> definitions, Sections sections) {
    int dot = name.indexOf('.');
    String first = dot < 0 ? name : name.substring(0, dot);
    Layer layer = withAlias(top, first);
    Unit other = layer == null ? null : unit.alias(layer, first);
    if (other == null) {
      return; // the reader says that there is no such sub-workflow
    }
    Value at = sections.owner();
    if (dot < 0) {
      Instance.tell(other.faults(), other.chain().at() == null ? at : other.chain().at());
      definitions.put(name, call(at, other.composed().value()));
      return;
    }
    Value own = other.composed().get("workflows");
    Value found = own == null ? null : own.peek(name.substring(dot + 1));
    if (found != null) {
      definitions.put(name, found);
    }
  }

  private static @Nullable Layer withAlias(Layer layer, String alias) {
    if (layer.aliases().containsKey(alias)) {
      return layer;
    }
    Layer base = layer.base() == null ? null : withAlias(layer.base(), alias);
    if (base != null) {
      return base;
    }
    for (Layer.Import one : layer.imports()) {
      Layer found = withAlias(one.layer(), alias);
      if (found != null) {
        return found;
      }
    }
    return null;
  }

  private static Value call(Value at, Value child) {
    return at.mappingOf(List.of(new Value.Entry(COMPOSED, at.textOf(COMPOSED), child)));
  }

  private Value composed(String name, Value definition) {
    if (definition.isScalar()) {
      return composed(
          name,
          definition.mappingOf(
              List.of(new Value.Entry("source", definition.textOf("source"), definition))));
    }
    if (!definition.is(Value.Kind.MAPPING)) {
      definition.expected("a mapping that defines sub-workflow `%s`".formatted(name));
      return definition.mappingOf(List.of());
    }
    if (definition.peek(COMPOSED) != null) {
      return definition; // it came composed with a template or an import
    }
    Substitution substitution = unit.substitution(top);
    var call = new ArrayList<Value.Entry>();
    var own = new ArrayList<Value.Entry>();
    for (Value.Entry field : definition.fields()) {
      if (OF_THE_CALL.contains(field.name())) {
        call.add(field.with(substitution.in(field.value())));
      } else {
        own.add(field);
      }
    }
    Value settings = definition.mappingOf(call);
    boolean inline = !own.isEmpty() && settings.peek("source") == null;
    if (inline) {
      Value said = settings.peek("name");
      own.add(
          new Value.Entry(
              "name", definition.textOf("name"), said == null ? definition.textOf(name) : said));
    }
    Value child = child(name, settings, definition.mappingOf(own), own.isEmpty());
    call.removeIf(field -> CONSUMED.contains(field.name()));
    if (child != null) {
      call.add(new Value.Entry(COMPOSED, definition.textOf(COMPOSED), child));
    }
    return definition.mappingOf(call);
  }

  private @Nullable Value child(String name, Value settings, Value inline, boolean empty) {
    Value source = settings.peek("source");
    if (source == null && empty) {
      settings.problem("sub-workflow `%s` has neither `source` nor `commands`".formatted(name));
      return null;
    }
    if (source != null && !empty) {
      settings.problem(
          "sub-workflow `%s` has a `source`, so it cannot have `%s`"
              .formatted(name, inline.fields().getFirst().name()));
    }
    SourceFile file = source == null ? inlineFile(name, inline) : sourceFile(source);
    Chain longer =
        unit.composer()
            .follow(
                unit.chain(),
                file,
                Composition.Kind.SUB_WORKFLOW,
                "runs sub-workflow",
                source == null ? settings : source);
    if (longer == null) {
      return null;
    }
    Value parameters = settings.peek("parameters");
    Value with = settings.peek("with");
    if (parameters != null && with != null) {
      with.problem("`with` is another name of `parameters`: give one of them");
    }
    Value values = parameters == null ? with : parameters;
    var later = new HashSet<>(given.getOrDefault(name, Set.of()));
    Value inputs = settings.peek("inputs");
    if (inputs != null) {
      inputs.fields().forEach(field -> later.add(field.name()));
    }
    var child = new Unit(unit.composer(), longer, Instance.given(values), later);
    Instance.tell(child.faults(), values == null ? settings : values);
    return child.composed().value();
  }

  private SourceFile inlineFile(String name, Value inline) {
    SourceFile own = unit.chain().file();
    return new SourceFile(
        inline.position() + "#" + name,
        own.shown() + "#" + name,
        unit.composer().sources().directoryOf(inline),
        inline);
  }

  private @Nullable SourceFile sourceFile(Value source) {
    if (!source.isScalar()) {
      source.expected("the path of a workflow");
      return null;
    }
    Sources sources = unit.composer().sources();
    return !Sources.isPath(source.scalar()) && sources.hasTemplate(source.scalar())
        ? sources.template(source.scalar(), source)
        : sources.byPath(source);
  }

  /// Steps for those that no step names, before the others.
  private void addSteps(Sections sections, Map<String, Value> composed, String section) {
    var groups = new Groups(composed, referenced).groups();
    if (groups.isEmpty()) {
      return;
    }
    Value at = sections.owner();
    var steps = new ArrayList<Value>();
    for (List<String> group : groups) {
      Value first = composed.getOrDefault(group.getFirst(), at);
      Value names =
          group.size() == 1
              ? first.textOf(group.getFirst())
              : first.listOf(group.stream().map(first::textOf).toList());
      steps.add(first.mappingOf(List.of(new Value.Entry(COMPOSED, first.textOf(COMPOSED), names))));
    }
    steps.addAll(sections.steps(section));
    sections.steps(section, steps, at);
  }
}
