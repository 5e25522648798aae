package dev.prodigy.workflow.compose;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Puts the steps of templates, bases and imports where `use` asks for them.
final class Uses {
  /// Without any of these fields nothing is used.
  static final Set<String> KEYS = Set.of("use", "template");

  private static final int DEEPEST = 32;
  private static final List<String> COMMANDS =
      List.of(
          "shell",
          "claude",
          "test",
          "foreach",
          "write_file",
          "workflow",
          "handler",
          "git",
          "cargo",
          "file");

  private final Unit unit;
  private final Layer layer;
  private final Sections base;
  private final @Nullable Instance instance;
  private final Set<String> placed = new HashSet<>();

  Uses(Unit unit, Layer layer, Sections base, @Nullable Instance instance) {
    this.unit = unit;
    this.layer = layer;
    this.base = base;
    this.instance = instance;
  }

  /// Whether `use` has placed the template's steps of a list.
  boolean placed(String section) {
    return placed.contains(section);
  }

  /// The same list if nothing in it uses anything.
  List<Value> expand(List<Value> steps, String section) {
    return expand(steps, section, List.of());
  }

  /// A `use` that led to the steps being expanded.
  private record Link(String name, Value at) {}

  private List<Value> expand(List<Value> steps, String section, List<Link> links) {
    return StepPlaces.changed(
        steps, step -> isUse(step) ? use(step, section, links) : List.of(step));
  }

  static boolean isUse(Value step) {
    return step.peek("use") != null
        || (step.peek("template") != null
            && COMMANDS.stream().allMatch(command -> step.peek(command) == null));
  }

  private List<Value> use(Value step, String section, List<Link> links) {
    Mapping fields = step.mapping();
    Value name = fields.take("use", "template");
    Value with = fields.take("with");
    Value when = fields.take("when", "condition", "if");
    Value id = fields.take("id");
    fields.inert("name");
    fields.finish();
    if (name == null || !name.isScalar()) {
      (name == null ? step : name).expected("the name of a template");
      return List.of();
    }
    List<Value> steps = steps(name, with, section, links);
    unit.composer().budget().steps(steps.size(), step);
    List<Value> named = id == null ? steps : prefixed(steps, id.text());
    return when == null ? named : named.stream().map(one -> guarded(one, when)).toList();
  }

  private List<Value> steps(Value name, @Nullable Value with, String section, List<Link> links) {
    String text = name.scalar();
    if (text.equals("super")) {
      return ofBase(name, section);
    }
    Instance own = instance;
    if (own != null && own.name().equals(text)) {
      placed.add(section);
      return own.content().steps(section);
    }
    int dot = text.indexOf('.');
    String first = dot < 0 ? text : text.substring(0, dot);
    Layer.Alias alias = layer.aliases().get(first);
    if (alias != null && unit.inlineTemplate(text) == null) {
      return ofAlias(alias, first, dot < 0 ? null : text.substring(dot + 1), name, with, links);
    }
    Value template = unit.inlineTemplate(text);
    if (template != null) {
      return inline(template, name, with, links);
    }
    return ofFile(name, with);
  }

  private List<Value> ofBase(Value name, String section) {
    if (layer.base() == null) {
      name.problem(
          ErrorCode.WORKFLOW_REFERENCE, "`use: super` needs a base: this file extends nothing");
    }
    return base.steps(section);
  }

  private List<Value> ofAlias(
      Layer.Alias alias,
      String aliasName,
      @Nullable String template,
      Value name,
      @Nullable Value with,
      List<Link> links) {
    Unit other = unit.alias(layer, aliasName);
    if (other == null) {
      return List.of();
    }
    List<Value> selection = alias.selection();
    if (template == null) {
      return selection == null ? other.steps() : other.steps(selection);
    }
    Value found = other.inlineTemplate(template);
    if (found == null || (selection != null && !Selection.of(selection).has(template))) {
      Composer.unknown(
          name,
          "Item '%s' not found in %s".formatted(template, alias.chain().file().shown()),
          other.templateNames());
      return List.of();
    }
    return new Uses(other, other.top(), Sections.none(found), null)
        .inline(found, name, with, links);
  }

  /// Steps of `templates:`, with parameters of their own beside those of the workflow.
  private List<Value> inline(Value template, Value name, @Nullable Value with, List<Link> links) {
    String key = template.position().toString();
    if (links.stream().anyMatch(link -> link.name().equals(key))) {
      name.problem(ErrorCode.WORKFLOW_CIRCULAR, circle(links, key, name));
      return List.of();
    }
    if (links.size() >= DEEPEST) {
      name.problem(
          ErrorCode.WORKFLOW_CIRCULAR,
          "templates use each other more than %d deep".formatted(DEEPEST));
      return List.of();
    }
    unit.composer().usedTemplate(name.scalar());
    boolean list = template.is(Value.Kind.LIST);
    Value commands =
        list
            ? template
            : Stream.of("steps", "commands")
                .map(template::peek)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    if (commands == null) {
      template.problem("a template is a list of steps, or has `steps`");
      return List.of();
    }
    var declared = ParameterReader.read(list ? null : template.peek("parameters"));
    var values = ParameterValues.of(declared, Map.of(), Instance.given(with), Set.of());
    if (with != null) {
      with.fields().stream()
          .filter(entry -> !declared.containsKey(entry.name()))
          .forEach(entry -> Composer.unknownParameter(entry, declared.keySet()));
    }
    Instance.tell(values.faults(), with == null ? name : with);
    Substitution substitution =
        unit.substitution(layer).with(values.values(), declared.keySet(), values.faults());
    List<Value> steps = commands.list().stream().map(substitution::in).toList();
    var deeper = new ArrayList<>(links);
    deeper.add(new Link(key, name));
    return expand(steps, "", deeper);
  }

  private static String circle(List<Link> links, String key, Value last) {
    int first = 0;
    while (!links.get(first).name().equals(key)) {
      first++;
    }
    var cycle = new ArrayList<>(links.subList(first, links.size()).stream().map(Link::at).toList());
    cycle.add(last);
    var text = new StringBuilder("Circular dependency detected\n  ");
    text.append(String.join(" -> ", cycle.stream().map(Value::scalar).toList()));
    for (int i = 0; i < cycle.size(); i++) {
      var at = cycle.get(i).position();
      text.append(
          "\n  %d. %s:%d uses %s".formatted(i + 1, at.file(), at.line(), cycle.get(i).scalar()));
    }
    return text.append("  <- circular").toString();
  }

  private List<Value> ofFile(Value name, @Nullable Value with) {
    Composer composer = unit.composer();
    boolean path = Sources.isPath(name.scalar());
    if (!path && !composer.sources().hasTemplate(name.scalar())) {
      Set<String> known = new LinkedHashSet<>(unit.templateNames());
      known.addAll(layer.aliases().keySet());
      Composer.unknown(name, "Template '%s' not found".formatted(name.scalar()), known);
      return List.of();
    }
    SourceFile file =
        path ? composer.sources().byPath(name) : composer.sources().template(name.scalar(), name);
    Chain longer =
        composer.follow(layer.chain(), file, Composition.Kind.TEMPLATE, "uses template", name);
    if (longer == null || file == null) {
      return List.of();
    }
    composer.usedTemplate(Instance.baseName(file));
    var template = new Unit(composer, longer, Instance.given(with), Set.of());
    Instance.tellFaults(template, with, name);
    return template.steps();
  }

  private static Value guarded(Value step, Value when) {
    if (!step.is(Value.Kind.MAPPING)) {
      return step;
    }
    for (String key : List.of("when", "condition", "if")) {
      Value own = step.peek(key);
      if (own != null) {
        String both = "(%s) && (%s)".formatted(when.text(), own.text());
        return Sections.withField(step, key, own.textOf(both));
      }
    }
    return Sections.withField(step, "when", when);
  }

  /// Ids get a prefix, and so does what refers to them.
  private static List<Value> prefixed(List<Value> steps, String prefix) {
    var ids = new LinkedHashSet<String>();
    for (Value step : steps) {
      Value id = step.peek("id");
      if (id != null && id.isScalar()) {
        ids.add(id.scalar());
      }
    }
    return ids.isEmpty()
        ? steps
        : steps.stream().map(step -> new Renaming(prefix, ids).of(step, true)).toList();
  }

  private record Renaming(String prefix, Set<String> ids) {
    Value of(Value value, boolean step) {
      return switch (value.kind()) {
        case TEXT -> text(value);
        case LIST -> value.listOf(value.list().stream().map(one -> of(one, false)).toList());
        case MAPPING ->
            value.mappingOf(
                value.fields().stream()
                    .map(
                        field ->
                            step && field.name().equals("id")
                                ? field.with(
                                    field.value().textOf(prefix + "." + field.value().scalar()))
                                : field.with(of(field.value(), false)))
                    .toList());
        default -> value;
      };
    }

    private Value text(Value value) {
      String text = value.scalar();
      for (String id : ids) {
        text = text.replace("${" + id + ".", "${" + prefix + "." + id + ".");
      }
      return text.equals(value.scalar()) ? value : value.textOf(text);
    }
  }
}
