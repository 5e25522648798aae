package dev.prodigy.engine;

import dev.prodigy.agent.SecretMasker;
import dev.prodigy.workflow.EnvironmentBlock;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/// The environment a run's commands see, and what of it is secret. Lowest to highest: the process
/// we are, env files, the workflow's `env`, the active profile, its secrets, `--env`.
///
/// Resolved once, before anything has happened, except for what commands print ([#late]); secret
/// values live in memory only.
public final class RunEnvironment {
  private static final String NOTHING = "none";

  private final Map<String, String> variables;
  private final Map<String, String> fixed;
  private final Map<String, String> declared;
  private final Map<String, String> secrets;
  private final Set<String> secretNames;
  private final SecretMasker masker;
  private final @Nullable String profile;
  private final List<String> warnings;
  private final EnvironmentResolution resolution;

  private RunEnvironment(
      Map<String, String> variables,
      Map<String, String> fixed,
      Map<String, String> declared,
      Map<String, String> secrets,
      Set<String> credentials,
      Map<String, String> callers,
      @Nullable String profile,
      List<String> warnings,
      EnvironmentResolution resolution) {
    this.variables = Map.copyOf(variables);
    this.fixed = Map.copyOf(fixed);
    this.profile = profile;
    this.warnings = List.copyOf(warnings);
    this.resolution = resolution;
    this.secrets = Map.copyOf(secrets);
    secretNames = Set.copyOf(secrets.keySet());
    var hidden = new LinkedHashMap<>(callers);
    hidden.putAll(secrets);
    int number = 0;
    for (String credential : credentials) {
      hidden.put("credential " + ++number, credential);
    }
    masker = SecretMasker.named(hidden);
    var shown = new TreeMap<String, String>();
    declared.forEach((name, value) -> shown.put(name, masker.mask(value)));
    this.declared = Collections.unmodifiableMap(shown);
  }

  /// For workflows that live nowhere and inherit nothing but this.
  public static RunEnvironment resolve(
      EnvironmentBlock block,
      Map<String, String> process,
      Map<String, String> extra,
      List<String> args) {
    Path here = Path.of("").toAbsolutePath();
    return resolve(block, new EnvironmentInputs(process, extra, args, null, here, here, ""));
  }

  /// @throws EngineException if secrets cannot be had (all of them are named), entries refer to
  ///   each other in a circle or to nothing, a file is not as it must be, or there is no such
  ///   profile
  public static RunEnvironment resolve(EnvironmentBlock block, EnvironmentInputs inputs) {
    return resolve(block, inputs, true);
  }

  /// For those who only want to see what a run would do: runs nothing.
  public static RunEnvironment preview(EnvironmentBlock block, EnvironmentInputs inputs) {
    return resolve(block, inputs, false);
  }

  private static RunEnvironment resolve(
      EnvironmentBlock block, EnvironmentInputs inputs, boolean asking) {
    String profile = profile(block, inputs);
    var warnings = new ArrayList<String>();
    Map<String, String> files =
        new EnvFiles(inputs, Optional.ofNullable(profile)).read(block.files());
    var providers = new HashMap<>(inputs.settings().providers());
    providers.putAll(block.providers());
    var sources = new SecretSources(inputs, providers, warnings::add, asking);
    var resolution = new EnvironmentResolution(block, files, inputs, profile, sources);
    var variables =
        new HashMap<>(
            block.inherit()
                ? InheritedVariables.all(inputs.process())
                : InheritedVariables.minimal(inputs.process()));
    variables.putAll(files);
    var declared = new HashMap<String, String>();
    var secrets = new LinkedHashMap<String, String>();
    resolution
        .early()
        .forEach(
            (name, value) -> {
              if (value == null) {
                variables.remove(name);
              } else {
                variables.put(name, value);
                (block.secrets().containsKey(name) ? secrets : declared).put(name, value);
              }
            });
    if (asking) {
      secrets.forEach((name, value) -> warnOfShort(name, value, warnings));
    }
    var fixed = new HashMap<>(secrets);
    fixed.putAll(inputs.extra());
    variables.putAll(inputs.extra());
    declared.putAll(inputs.extra());
    var hidden = new LinkedHashSet<>(sources.credentials());
    hidden.addAll(inputs.settings().secrets());
    return new RunEnvironment(
        variables,
        fixed,
        declared,
        secrets,
        hidden,
        inputs.secrets(),
        profile,
        warnings,
        resolution);
  }

  private static void warnOfShort(String name, String value, List<String> warnings) {
    if (value.length() < SecretMasker.shortest()) {
      warnings.add("Secret %s is too short to be masked".formatted(name));
    }
  }

  private static @Nullable String profile(EnvironmentBlock block, EnvironmentInputs inputs) {
    Set<String> defined = block.profiles().keySet();
    String asked = inputs.profile();
    if (asked == null && !defined.isEmpty()) {
      String exported = inputs.process().getOrDefault("PRODIGY_PROFILE", "");
      asked = exported.isEmpty() ? block.activeProfile() : exported;
    }
    if (asked != null && !defined.contains(asked)) {
      throw EngineException.unknownProfile(
          asked, defined.isEmpty() ? NOTHING : String.join(", ", defined));
    }
    return asked;
  }

  /// All of it that is known before the run.
  public Map<String, String> variables() {
    return variables;
  }

  /// What a step's own `env` does not override.
  public Map<String, String> fixed() {
    return fixed;
  }

  /// The workflow's own entries that may be stored, by name.
  public Map<String, String> declared() {
    return declared;
  }

  /// Their values, by name.
  Map<String, String> secrets() {
    return secrets;
  }

  public Set<String> secretNames() {
    return secretNames;
  }

  public Optional<String> profile() {
    return Optional.ofNullable(profile);
  }

  /// What a person should know of it.
  public List<String> warnings() {
    return warnings;
  }

  /// The names of the process's variables that entries were made of.
  Set<String> fromProcess() {
    return resolution.fromProcess();
  }

  /// Whether some entries are what commands print.
  boolean hasLate() {
    return resolution.hasLate();
  }

  /// Those entries, from commands run now; a null value takes the variable away.
  Map<String, @Nullable String> late(EnvironmentResolution.Commands commands) {
    return resolution.late(commands);
  }

  /// For state a resumed run needs again: secret values become placeholders that name them, and
  /// what is derived from them is masked for good.
  public Masked concealing() {
    return Masked.concealing(masker);
  }

  /// The way back.
  public Masked revealing() {
    return Masked.revealing(masker);
  }

  public SecretMasker masker() {
    return masker;
  }
}
