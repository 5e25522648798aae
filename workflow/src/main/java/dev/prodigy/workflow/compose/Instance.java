package dev.prodigy.workflow.compose;

import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A whole workflow used as a template: `template: {source, with, override}`.
///
/// @param name by which `use` can place its steps
/// @param content composed, with its parameters in it
record Instance(String name, Sections content) {

  /// Null if the layer uses no template, or after a problem.
  static @Nullable Instance of(Unit unit, Layer layer, @Nullable Value template) {
    if (template == null || template.is(Value.Kind.NOTHING)) {
      return null;
    }
    if (template.isScalar()) {
      return of(unit, layer, template, null, null, null);
    }
    Mapping fields = template.mapping();
    Value name = fields.take("name");
    Value source = fields.require("source");
    Value with = fields.take("with");
    Value override = fields.take("override");
    fields.finish();
    return source == null ? null : of(unit, layer, source, name, with, override);
  }

  private static @Nullable Instance of(
      Unit unit,
      Layer layer,
      Value source,
      @Nullable Value name,
      @Nullable Value with,
      @Nullable Value override) {
    SourceFile file = file(unit.composer(), source);
    Chain longer =
        unit.composer()
            .follow(
                layer.chain(), file, Composition.Kind.TEMPLATE, "uses template", written(source));
    if (longer == null || file == null) {
      return null;
    }
    unit.composer().usedTemplate(baseName(file));
    Sections content = composed(unit.composer(), longer, with, source);
    if (override != null) {
      TemplateOverride.apply(content, override);
    }
    content.remove("composed");
    return new Instance(name == null ? baseName(file) : name.text(), content);
  }

  /// A template's file as a workflow, with the values its user gives.
  static Sections composed(Composer composer, Chain chain, @Nullable Value with, Value at) {
    var unit = new Unit(composer, chain, given(with), Set.of());
    tellFaults(unit, with, at);
    return unit.composed().copy();
  }

  static void tellFaults(Unit unit, @Nullable Value with, Value at) {
    if (with != null) {
      with.fields()
          .forEach(
              entry -> {
                if (!unit.declared().containsKey(entry.name())) {
                  Composer.unknownParameter(entry, unit.declared().keySet());
                }
              });
    }
    tell(unit.faults(), with == null ? at : with);
  }

  static void tell(Iterable<ParameterValues.Fault> faults, Value at) {
    for (ParameterValues.Fault fault : faults) {
      at.problem(fault.code(), "parameter '%s': %s".formatted(fault.name(), fault.message()));
    }
  }

  static Map<String, Given> given(@Nullable Value with) {
    var given = new HashMap<String, Given>();
    if (with != null && with.is(Value.Kind.MAPPING)) {
      with.fields().forEach(entry -> given.put(entry.name(), ParameterReader.given(entry.value())));
    } else if (with != null && !with.is(Value.Kind.NOTHING)) {
      with.expected("a mapping of parameter values");
    }
    return given;
  }

  /// `{file: P}`, `{registry: N}`, or a text that is one or the other.
  private static @Nullable SourceFile file(Composer composer, Value source) {
    if (source.is(Value.Kind.MAPPING)) {
      Mapping fields = source.mapping();
      Value file = fields.take("file");
      Value registry = fields.take("registry");
      Value url = fields.take("url");
      Value sha256 = fields.take("sha256");
      fields.finish();
      if (file != null) {
        return composer.sources().byPath(file);
      }
      if (registry != null) {
        return composer.sources().template(registry.text(), registry);
      }
      if (url != null) {
        return composer.sources().byUrl(url, sha256);
      }
      source.problem("expected `file`, `registry` or `url`");
      return null;
    }
    if (!source.isScalar()) {
      source.expected("a template: its name or path");
      return null;
    }
    String text = source.scalar();
    return Sources.isPath(text)
        ? composer.sources().byPath(source)
        : composer.sources().template(text, source);
  }

  private static Value written(Value source) {
    for (String form : List.of("file", "registry", "url")) {
      Value written = source.peek(form);
      if (written != null) {
        return written;
      }
    }
    return source;
  }

  static String baseName(SourceFile file) {
    String name = file.shown().substring(file.shown().lastIndexOf('/') + 1);
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }
}
