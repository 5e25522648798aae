package dev.prodigy.workflow;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// What a workflow was given when it was composed; they are variables of the run, too.
///
/// @param secret names of those that must not be shown
/// @param given names of those the user gave
public record Parameters(Map<String, JsonNode> values, Set<String> secret, Set<String> given) {
  public static final Parameters NONE = new Parameters(Map.of(), Set.of(), Set.of());

  public Parameters {
    values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    secret = Set.copyOf(secret);
    given = Set.copyOf(given);
  }
}
