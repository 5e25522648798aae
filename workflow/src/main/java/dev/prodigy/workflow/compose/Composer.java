package dev.prodigy.workflow.compose;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.workflow.yaml.Problems;
import dev.prodigy.workflow.yaml.Spelling;
import dev.prodigy.workflow.yaml.Value;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Composes one workflow: what all of its units share.
final class Composer {
  private final Sources sources;
  private final Problems problems;
  private final Budget budget = new Budget();
  private final Set<String> templates = new LinkedHashSet<>();
  private final Set<Composition.Dependency> dependencies = new LinkedHashSet<>();

  Composer(Places places, Problems problems) {
    this.sources = new Sources(places, problems);
    this.problems = problems;
  }

  /// @param root null after problems only
  /// @param faults of parameters the user is to give
  record Result(
      @Nullable Value root,
      Composition composition,
      List<ParameterValues.Fault> faults,
      Collection<ParameterDeclaration> declared) {}

  Result compose(Path file, String name, Value root, Map<String, Given> given, boolean asTemplate) {
    var faults = new ArrayList<ParameterValues.Fault>();
    Value composed = null;
    Unit unit = null;
    try {
      SourceFile main = sources.main(file, name, root);
      unit = new Unit(this, Chain.start(main), given, Set.of());
      if (asTemplate) {
        var open = new LinkedHashSet<>(unit.declared().keySet());
        open.removeAll(unit.values().keySet());
        unit = new Unit(this, Chain.start(main), given, open);
      }
      faults.addAll(unit.faults());
      unit.warnOfUnknown(given.keySet());
      composed = unit.composed().value().asRoot();
      budget.depth(composed);
    } catch (Budget.Exceeded e) {
      e.at().asRoot().problem(String.valueOf(e.getMessage()));
    }
    return new Result(
        composed,
        new Composition(
            sources.shown(),
            new LinkedHashSet<>(templates),
            unit == null ? Map.of() : unit.values(),
            unit == null ? Set.of() : unit.secrets(),
            List.copyOf(dependencies)),
        faults,
        unit == null ? List.of() : unit.declared().values());
  }

  Sources sources() {
    return sources;
  }

  Problems problems() {
    return problems;
  }

  Budget budget() {
    return budget;
  }

  void usedTemplate(String name) {
    templates.add(name);
  }

  /// The chain with one more file, which becomes a dependency of the last; null after a problem.
  @Nullable Chain follow(
      Chain chain, @Nullable SourceFile next, Composition.Kind kind, String word, Value at) {
    if (next == null) {
      return null;
    }
    dependencies.add(new Composition.Dependency(chain.file().shown(), kind, next.shown()));
    return chain.to(next, word, at);
  }

  /// A name that leads nowhere.
  static void unknown(Value at, String message, Collection<String> known) {
    at.problem(
        ErrorCode.WORKFLOW_REFERENCE,
        message
            + (known.isEmpty()
                ? ""
                : " (available: " + String.join(", ", known.stream().limit(40).toList()) + ")"));
  }

  /// A value given to something that is no parameter.
  static void unknownParameter(Value.Entry entry, Collection<String> declared) {
    entry
        .key()
        .problem(
            ErrorCode.CONFIG_INVALID_VALUE,
            "unknown parameter `%s`%s"
                .formatted(
                    entry.name(),
                    Spelling.nearest(entry.name(), declared)
                        .map(", did you mean `%s`?"::formatted)
                        .orElse(
                            declared.isEmpty()
                                ? " (there are none)"
                                : " (declared: " + String.join(", ", declared) + ")")));
  }
}
