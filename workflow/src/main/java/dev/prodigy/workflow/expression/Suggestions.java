package dev.prodigy.workflow.expression;

import dev.prodigy.model.EditDistance;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Helps with references that lead nowhere. Names and types only: a value may be a secret.
final class Suggestions {
  private static final int SHOWN = 60;

  private Suggestions() {}

  /// `Undefined variables: ${x.y} (did you mean x.z?), $x`.
  static String warning(
      List<Evaluation.Undefined> missed, Scope scope, Map<String, String> environment) {
    return missed.stream()
        .map(one -> one.source() + hint(one, scope, environment))
        .collect(
            Collectors.joining(
                ", ", missed.size() == 1 ? "Undefined variable: " : "Undefined variables: ", ""));
  }

  private static String hint(
      Evaluation.Undefined missed, Scope scope, Map<String, String> environment) {
    VariablePath path = missed.path();
    if (path == null) {
      return "";
    }
    Set<String> candidates = new LinkedHashSet<>(scope.names());
    candidates.addAll(environment.keySet());
    JsonNode base = scope.lookup(path.base());
    if (base != null && base.isObject()) {
      base.propertyNames().forEach(key -> candidates.add(path.base() + "." + key));
    }
    return nearest(path.toString(), candidates)
        .map(name -> " (did you mean %s?)".formatted(name))
        .orElse("");
  }

  /// Every name with its type, in one line.
  static String available(Scope scope) {
    Set<String> names = scope.names();
    String shown =
        names.stream()
            .limit(SHOWN)
            .map(name -> "%s (%s)".formatted(name, type(scope.lookup(name))))
            .collect(Collectors.joining(", "));
    String more = names.size() > SHOWN ? ", and %d more".formatted(names.size() - SHOWN) : "";
    return names.isEmpty() ? "no variables are defined" : "available: " + shown + more;
  }

  private static String type(@Nullable JsonNode value) {
    return value == null ? "undefined" : value.getNodeType().name().toLowerCase(Locale.ROOT);
  }

  /// The name that differs least, if it differs little.
  static Optional<String> nearest(String name, Collection<String> candidates) {
    int tolerated = Math.min(3, name.length() / 3);
    return candidates.stream()
        .filter(candidate -> Math.abs(candidate.length() - name.length()) <= tolerated)
        .filter(candidate -> EditDistance.between(name, candidate) <= tolerated)
        .min(Comparator.comparingInt(candidate -> EditDistance.between(name, candidate)));
  }
}
