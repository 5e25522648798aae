package dev.prodigy.workflow.compose;

import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// A file with the files it builds upon: its base and what it imports without an alias. All of them
/// have their parameters in common.
///
/// @param own as it is written
/// @param imports in their order
/// @param aliases files that keep their names to themselves
record Layer(
    Chain chain,
    Sections own,
    @Nullable Layer base,
    List<Import> imports,
    Map<String, Alias> aliases) {
  private static final Pattern ALIAS = Pattern.compile("[A-Za-z][A-Za-z0-9_-]*");

  /// @param selection what of it is taken; null: everything
  record Import(Layer layer, @Nullable List<Value> selection) {}

  record Alias(Chain chain, @Nullable List<Value> selection) {}

  static Layer of(Composer composer, Chain chain) {
    SourceFile file = chain.file();
    composer.budget().file(file.root());
    Sections own = Sections.of(file.root());
    var imports = new ArrayList<Import>();
    var aliases = new LinkedHashMap<String, Alias>();
    Value listed = own.get("imports");
    if (listed != null) {
      for (Value each : listed.is(Value.Kind.LIST) ? listed.list() : List.of(listed)) {
        add(composer, chain, each, imports, aliases);
      }
    }
    return new Layer(chain, own, base(composer, chain, own, aliases), imports, aliases);
  }

  private static @Nullable Layer base(
      Composer composer, Chain chain, Sections own, Map<String, Alias> aliases) {
    Value extended = own.get("extends");
    if (extended == null) {
      return null;
    }
    if (!extended.isScalar() || extended.scalar().isBlank()) {
      extended.expected("the name or path of a workflow");
      return null;
    }
    Alias alias = aliases.get(extended.scalar());
    SourceFile file = alias == null ? composer.sources().base(extended) : alias.chain().file();
    Chain longer = composer.follow(chain, file, Composition.Kind.EXTENDS, "extends", extended);
    return longer == null ? null : of(composer, longer);
  }

  private static void add(
      Composer composer,
      Chain chain,
      Value each,
      List<Import> imports,
      Map<String, Alias> aliases) {
    Value at = each;
    Value url = null;
    Value sha256 = null;
    Value alias = null;
    Value selective = null;
    if (each.is(Value.Kind.MAPPING)) {
      Mapping fields = each.mapping();
      Value path = fields.take("path");
      url = fields.take("url");
      sha256 = fields.take("sha256");
      alias = fields.take("alias");
      selective = fields.take("selective");
      fields.finish();
      at = url == null ? path : url;
    }
    if (at == null) {
      each.problem("`path` or `url` is missing");
      return;
    }
    if (!at.isScalar()) {
      at.expected("the path of a workflow");
      return;
    }
    Sources sources = composer.sources();
    SourceFile file = url == null ? sources.byPath(at) : sources.byUrl(at, sha256);
    Chain longer = composer.follow(chain, file, Composition.Kind.IMPORT, "imports", at);
    if (longer == null) {
      return;
    }
    List<Value> selection = selective == null ? null : selective.list();
    if (alias == null) {
      imports.add(new Import(of(composer, longer), selection));
    } else if (!ALIAS.matcher(alias.text()).matches()
        || ParameterReader.isReserved(alias.text())
        || alias.text().equals("super")) {
      alias.problem("`%s` cannot be an alias".formatted(alias.scalar()));
    } else if (aliases.put(alias.text(), new Alias(longer, selection)) != null) {
      alias.problem("alias `%s` is used twice".formatted(alias.scalar()));
    }
  }
}
