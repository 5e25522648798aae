package dev.prodigy.workflow.compose;

import dev.prodigy.model.Json;
import dev.prodigy.workflow.yaml.Spelling;
import dev.prodigy.workflow.yaml.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A workflow with parameters of its own: the file one runs, a template, a sub-workflow. Layers,
/// lowest first: its base, its imports, its template, itself. Parameters are put into each layer
/// before it meets the others, so that values are never read as references.
final class Unit {
  /// What composing uses up.
  private static final List<String> CONSUMED =
      List.of("imports", "extends", "template", "templates", "parameters", "defaults");

  /// What keeps its references: the parameters of others.
  private static final Set<String> LATER =
      Set.of("imports", "extends", "templates", "parameters", "workflows");

  private final Composer composer;
  private final Chain chain;
  private final Layer top;
  private final Map<String, ParameterDeclaration> declared = new LinkedHashMap<>();
  private final Map<String, JsonNode> defaults = new LinkedHashMap<>();
  private final Map<String, Value> inlineTemplates = new LinkedHashMap<>();
  private final ParameterValues resolved;
  private final Set<String> later;
  private final IdentityHashMap<Layer, Sections> merged = new IdentityHashMap<>();
  private final Map<Chain, Unit> aliased = new HashMap<>();
  private final Set<String> given;
  private @Nullable Sections composed;

  /// @param chain ends with the unit's file
  /// @param later parameters whose values come when the workflow runs
  Unit(Composer composer, Chain chain, Map<String, Given> given, Set<String> later) {
    this.composer = composer;
    this.chain = chain;
    this.later = Set.copyOf(later);
    this.given = Set.copyOf(given.keySet());
    top = Layer.of(composer, chain);
    collect(top, null);
    resolved = ParameterValues.of(declared, defaults, given, later);
  }

  /// What is wrong with the values; whoever gave them tells it.
  List<ParameterValues.Fault> faults() {
    return resolved.faults();
  }

  Map<String, JsonNode> values() {
    return resolved.values();
  }

  Map<String, ParameterDeclaration> declared() {
    return declared;
  }

  Set<String> secrets() {
    var secrets = new LinkedHashSet<String>();
    declared.values().stream()
        .filter(ParameterDeclaration::secret)
        .forEach(one -> secrets.add(one.name()));
    return secrets;
  }

  /// The file itself, with what it builds upon.
  Layer top() {
    return top;
  }

  Composer composer() {
    return composer;
  }

  Chain chain() {
    return chain;
  }

  /// The value of `templates: {name: ...}` in any layer; null if there is none.
  @Nullable Value inlineTemplate(String name) {
    return inlineTemplates.get(name);
  }

  Set<String> templateNames() {
    return inlineTemplates.keySet();
  }

  /// A file imported under an alias, as a unit; null if there is no such alias.
  @Nullable Unit alias(Layer layer, String name) {
    Layer.Alias alias = layer.aliases().get(name);
    return alias == null
        ? null
        : aliased.computeIfAbsent(
            alias.chain(), link -> new Unit(composer, link, Map.of(), Set.of()));
  }

  /// Names that were given but mean nothing here, though there are parameters.
  void warnOfUnknown(Set<String> names) {
    if (declared.isEmpty()) {
      return;
    }
    for (String name : names) {
      if (!declared.containsKey(name) && !defaults.containsKey(name)) {
        composer
            .problems()
            .warn(
                chain.file().root().position(),
                "parameter '%s' is not declared%s"
                    .formatted(
                        name,
                        Spelling.nearest(name, declared.keySet())
                            .map(", did you mean '%s'?"::formatted)
                            .orElse("")));
      }
    }
  }

  Substitution substitution(Layer layer) {
    var values = new HashMap<String, JsonNode>(resolved.values());
    var names = new HashSet<>(declared.keySet());
    layer
        .aliases()
        .forEach(
            (name, alias) -> {
              values.put(name, constants(alias));
              names.add(name);
            });
    var untouched = new HashSet<>(later);
    resolved.faults().forEach(fault -> untouched.add(fault.name()));
    return new Substitution(values, names, untouched, composer.budget());
  }

  /// What `${alias.key}` can mean: plain `defaults` and `env` entries of the file.
  private static JsonNode constants(Layer.Alias alias) {
    var object = Json.NODES.objectNode();
    Sections own = Sections.of(alias.chain().file().root());
    for (String section : List.of("env", "defaults")) {
      Value block = own.get(section);
      if (block != null) {
        block.fields().stream()
            .filter(entry -> !entry.value().is(Value.Kind.MAPPING))
            .forEach(entry -> object.set(entry.name(), entry.value().json()));
      }
    }
    return object;
  }

  /// The lowest layer first, so that upper ones replace.
  private void collect(Layer layer, @Nullable Selection selection) {
    if (layer.base() != null) {
      collect(layer.base(), selection);
    }
    layer
        .imports()
        .forEach(
            one ->
                collect(
                    one.layer(),
                    one.selection() == null ? selection : Selection.of(one.selection())));
    ParameterReader.read(layer.own().get("parameters"))
        .forEach(
            (name, one) -> {
              if (selection == null || selection.has(name)) {
                declared.put(name, one);
              }
            });
    Value own = layer.own().get("defaults");
    if (own != null && own.is(Value.Kind.MAPPING)) {
      own.fields().forEach(entry -> defaults(entry, selection));
    } else if (own != null && !own.is(Value.Kind.NOTHING)) {
      own.expected("a mapping of values");
    }
    Value templates = layer.own().get("templates");
    if (templates != null && templates.is(Value.Kind.MAPPING)) {
      templates
          .fields()
          .forEach(
              entry -> {
                if (selection == null || selection.has(entry.name())) {
                  inlineTemplates.put(entry.name(), entry.value());
                }
              });
    } else if (templates != null && !templates.is(Value.Kind.NOTHING)) {
      templates.expected("a mapping of templates");
    }
  }

  private void defaults(Value.Entry entry, @Nullable Selection selection) {
    if (selection != null && !selection.has(entry.name())) {
      return;
    }
    if (entry.value().is(Value.Kind.NOTHING)) {
      defaults.remove(entry.name());
    } else {
      defaults.put(entry.name(), entry.value().json());
    }
  }

  /// Its commands, without those that run its sub-workflows unasked.
  List<Value> steps() {
    return merged(top).steps("commands");
  }

  /// The commands of a selection.
  List<Value> steps(List<Value> selection) {
    return Selection.of(selection)
        .of(new Layer.Import(top, selection), merged(top))
        .steps("commands");
  }

  /// The finished workflow: everything in it is its own.
  Sections composed() {
    if (composed == null) {
      Sections result = merged(top).copy();
      addDefaults(result);
      new SubWorkflows(this, top).compose(result);
      CONSUMED.forEach(result::remove);
      addMark(result);
      composed = result;
    }
    return composed;
  }

  /// What a run and a resume need to know of the parameters.
  private void addMark(Sections result) {
    var mark = Json.NODES.objectNode();
    var parameters = mark.putObject("parameters");
    resolved.values().forEach(parameters::set);
    secrets().forEach(mark.putArray("secret")::add);
    var names = mark.putArray("given");
    given.stream().sorted().forEach(names::add);
    result.put("composed", result.owner().dataOf(mark));
  }

  private void addDefaults(Sections result) {
    Value env = result.get("env");
    var fields = new ArrayList<Value.Entry>(env == null ? List.of() : env.fields());
    var present = new HashSet<String>();
    fields.forEach(field -> present.add(field.name()));
    Value at = env == null ? result.owner() : env;
    boolean added = false;
    for (Map.Entry<String, JsonNode> entry : defaults.entrySet()) {
      boolean isName = entry.getKey().matches("[A-Za-z_][A-Za-z0-9_]*");
      if (isName && present.add(entry.getKey())) {
        JsonNode value = resolved.values().getOrDefault(entry.getKey(), entry.getValue());
        String text = ParameterType.text(value).replace("$", "$$");
        fields.add(new Value.Entry(entry.getKey(), at.textOf(entry.getKey()), at.textOf(text)));
        added = true;
      }
    }
    if (added && (env == null || env.is(Value.Kind.MAPPING))) {
      result.put("env", at.mappingOf(fields));
    }
  }

  /// A layer with all below it.
  private Sections merged(Layer layer) {
    Sections known = merged.get(layer);
    if (known == null) {
      known = merge(layer);
      merged.put(layer, known);
    }
    return known;
  }

  private Sections merge(Layer layer) {
    Sections own = substituted(layer);
    Sections base = layer.base() == null ? Sections.none(own.owner()) : merged(layer.base());
    Instance instance = Instance.of(this, layer, own.get("template"));
    var uses = new Uses(this, layer, base, instance);
    var imported = new ArrayList<Sections>();
    for (Layer.Import one : layer.imports()) {
      Sections all = merged(one.layer());
      imported.add(one.selection() == null ? all : Selection.of(one.selection()).of(one, all));
    }
    Sections result = base;
    for (Sections one : imported) {
      result = result.under(one);
    }
    result = instance == null ? result : result.under(instance.content());
    result = result.under(own);
    for (String section : Sections.allStepLists()) {
      steps(section, own, base, imported, instance, uses, result);
    }
    return result;
  }

  private void steps(
      String section,
      Sections own,
      Sections base,
      List<Sections> imported,
      @Nullable Instance instance,
      Uses uses,
      Sections result) {
    List<Value> written = own.steps(section);
    List<Value> expanded = uses.expand(written, section);
    var steps = new ArrayList<Value>();
    imported.forEach(one -> steps.addAll(one.steps(section)));
    steps.addAll(written.isEmpty() ? base.steps(section) : expanded);
    if (instance != null && !uses.placed(section)) {
      steps.addAll(instance.content().steps(section));
    }
    composer.budget().steps(steps.size(), own.owner());
    boolean changed =
        !expanded.equals(written)
            || steps.size() != result.steps(section).size()
            || !imported.isEmpty()
            || instance != null;
    if (changed && !(steps.isEmpty() && result.steps(section).isEmpty())) {
      result.steps(section, steps, own.owner());
    }
  }

  private Sections substituted(Layer layer) {
    Substitution substitution = substitution(layer);
    Sections own = layer.own().copy();
    if (!substitution.idle()) {
      for (String name : own.names()) {
        Value value = own.get(name);
        if (value != null && !LATER.contains(name) && !name.equals("defaults")) {
          own.put(name, substitution.in(value));
        }
      }
    }
    RelativePaths.fix(own, layer, chain.file());
    return own;
  }
}
