package dev.prodigy.workflow.expression;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// One evaluation of one text: what it can see, and what it missed.
final class Evaluation {
  private final Scope scope;
  private final Rendering options;
  private final JsonNode item;
  private final int index;
  private @Nullable List<Undefined> undefined;

  /// A reference that led nowhere.
  record Undefined(String source, @Nullable VariablePath path) {}

  Evaluation(Scope scope, Rendering options) {
    this(scope, options, Values.MISSING, -1);
  }

  Evaluation(Scope scope, Rendering options, JsonNode item, int index) {
    this.scope = scope;
    this.options = options;
    this.item = item;
    this.index = index;
  }

  Rendering options() {
    return options;
  }

  JsonNode item() {
    return item;
  }

  int index() {
    return index;
  }

  /// A variable, else an entry of the environment, else a variable of last resort; else missing.
  JsonNode variable(VariablePath path) {
    JsonNode value = path.resolve(scope::lookup);
    if (!value.isMissingNode()) {
      return value;
    }
    String name = path.environmentName();
    String entry = name == null ? null : options.environment().get(name);
    return entry != null ? Values.text(entry) : path.resolve(scope::lookupLast);
  }

  /// What a shell text replaces: not what the shell finds in its environment.
  JsonNode shellVariable(VariablePath path) {
    JsonNode value = path.resolve(scope::lookup);
    return !value.isMissingNode() || options.environment().containsKey(path.base())
        ? value
        : path.resolve(scope::lookupLast);
  }

  /// Does the first name of the path exist, though nothing is at its end?
  boolean baseDefined(VariablePath path) {
    String base = path.base();
    return base.equals("env")
        || scope.lookup(base) != null
        || scope.lookupLast(base) != null
        || scope.names().stream().anyMatch(name -> name.startsWith(base + "."));
  }

  /// @throws EvaluationException if only a calling workflow has it
  void mayMiss(String source, VariablePath path) {
    String base = path.base();
    if (!options.environment().containsKey(base) && scope.withholds(base)) {
      throw EvaluationException.withheld(source, base);
    }
  }

  void missed(String source, @Nullable VariablePath path) {
    if (path != null && !baseDefined(path)) {
      mayMiss(source, path);
    }
    if (undefined == null) {
      undefined = new ArrayList<>();
    }
    Undefined one = new Undefined(source, path);
    if (undefined.stream().noneMatch(known -> known.source.equals(source))) {
      undefined.add(one);
    }
  }

  /// Warns about everything missed, or fails, if the run is strict.
  void finish() {
    if (undefined == null) {
      return;
    }
    if (options.strict()) {
      throw EvaluationException.undefined(
          undefined.stream().map(Undefined::source).toList(), Suggestions.available(scope));
    }
    options.warnings().accept(Suggestions.warning(undefined, scope, options.environment()));
  }
}
