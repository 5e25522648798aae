package dev.prodigy.engine;

import dev.prodigy.model.Json;
import dev.prodigy.model.Sha256;
import dev.prodigy.storage.ProcessIdentity;
import dev.prodigy.workflow.StepReferences;
import dev.prodigy.workflow.Workflow;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// What is stored of the environment a session was begun with: the profile, the names of secrets,
/// and of each variable of the process that the workflow refers to a salted hash. No value of the
/// process is stored. A resumed run is compared with it.
final class EnvironmentRecord {
  private static final String PROFILE = "profile";
  private static final String REFERENCED = "referenced";
  private static final String SALT = "salt";
  private static final String HOST = "host";

  /// Different in every shell, and nobody's setting.
  private static final Set<String> FLEETING =
      Set.of("PWD", "OLDPWD", "SHLVL", "_", "COLUMNS", "LINES", "PPID");

  private EnvironmentRecord() {}

  static JsonNode of(RunEnvironment environment, Workflow workflow, Map<String, String> process) {
    ObjectNode record = Json.NODES.objectNode();
    environment.profile().ifPresent(name -> record.put(PROFILE, name));
    var secrets = record.putArray("secrets");
    new TreeSet<>(environment.secretNames()).forEach(secrets::add);
    String salt = UUID.randomUUID().toString();
    record.put(SALT, salt);
    ObjectNode hashes = record.putObject(REFERENCED);
    for (String name : referenced(environment, workflow)) {
      String value = process.get(name);
      if (value != null) {
        hashes.put(name, hash(salt, value));
      }
    }
    record.put(HOST, ProcessIdentity.current().host());
    return record;
  }

  /// Entries of the workflow hide what the process has under their name.
  private static Set<String> referenced(RunEnvironment environment, Workflow workflow) {
    var names = new TreeSet<>(StepReferences.of(workflow));
    names.removeAll(environment.declared().keySet());
    names.removeAll(environment.secretNames());
    names.addAll(environment.fromProcess());
    names.removeAll(FLEETING);
    names.removeIf(name -> name.startsWith("PRODIGY_") || name.startsWith("ARG"));
    return names;
  }

  static Optional<String> profile(@Nullable JsonNode record) {
    return record != null && record.has(PROFILE)
        ? Optional.of(record.get(PROFILE).asString())
        : Optional.empty();
  }

  /// @param force go on although variables are missing
  /// @throws EngineException naming the variables that are not set any more
  static void compare(
      @Nullable JsonNode record, Map<String, String> process, boolean force, RunReporter reporter) {
    if (record == null) {
      return;
    }
    String salt = record.path(SALT).asString("");
    List<String> gone = new ArrayList<>();
    List<String> changed = new ArrayList<>();
    for (var each : record.path(REFERENCED).properties()) {
      String value = process.get(each.getKey());
      if (value == null) {
        gone.add(each.getKey());
      } else if (!hash(salt, value).equals(each.getValue().asString(""))) {
        changed.add(each.getKey());
      }
    }
    if (!gone.isEmpty() && !force) {
      throw EngineException.environmentGone(gone);
    }
    changed.addAll(gone);
    if (!changed.isEmpty()) {
      reporter.warning("Environment has changed since checkpoint: " + String.join(", ", changed));
    }
    String host = record.path(HOST).asString("");
    if (!host.isEmpty() && !host.equals(ProcessIdentity.current().host())) {
      reporter.warning("The session was begun on another host: " + host);
    }
  }

  private static String hash(String salt, String value) {
    return "sha256:" + Sha256.hex(salt + value);
  }
}
