package dev.prodigy.engine;

import dev.prodigy.agent.SecretMasker;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.workflow.EnvironmentBlock;
import dev.prodigy.workflow.EnvironmentBlock.EnvValue;
import dev.prodigy.workflow.expression.Rendering;
import dev.prodigy.workflow.expression.Scope;
import dev.prodigy.workflow.expression.Template;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// The environment a run's commands see, and what of it is secret. Lowest to highest: the process
/// we are, the workflow's `env`, its secrets, `--env`.
///
/// Resolved once, before anything has happened; secret values live in memory only.
public final class RunEnvironment {
  /// What git sets for its hooks would send every git command of a step to another repository.
  private static final Set<String> NOT_INHERITED =
      Set.of(
          "GIT_DIR",
          "GIT_WORK_TREE",
          "GIT_INDEX_FILE",
          "GIT_COMMON_DIR",
          "GIT_OBJECT_DIRECTORY",
          "GIT_ALTERNATE_OBJECT_DIRECTORIES",
          "GIT_NAMESPACE",
          "GIT_PREFIX");

  private static final int SHORTEST_MASKED = 4;

  private final Map<String, String> variables;
  private final Map<String, String> fixed;
  private final Map<String, String> declared;
  private final Map<String, String> secrets;
  private final SecretMasker masker;

  private RunEnvironment(
      Map<String, String> variables,
      Map<String, String> fixed,
      Map<String, String> declared,
      Map<String, String> secrets) {
    this.variables = Map.copyOf(variables);
    this.fixed = Map.copyOf(fixed);
    this.declared = Collections.unmodifiableMap(declared);
    this.secrets = Map.copyOf(secrets);
    masker = secrets.isEmpty() ? SecretMasker.NONE : new SecretMasker(secrets.values());
  }

  /// @param process what we were started with
  /// @param extra outranks everything (`--env K=V`)
  /// @param args positional arguments, `$1` and `${ARG_1}` in values
  /// @throws EngineException if a secret's variable is not set (all of them are named), or entries
  ///   refer to each other in a circle or to nothing
  public static RunEnvironment resolve(
      EnvironmentBlock block,
      Map<String, String> process,
      Map<String, String> extra,
      List<String> args) {
    var inherited = new HashMap<>(process);
    inherited.keySet().removeAll(NOT_INHERITED);
    Map<String, @Nullable String> own = new Resolution(block, inherited, args).all();
    var variables = new HashMap<>(inherited);
    var secrets = new LinkedHashMap<String, String>();
    var declared = new TreeMap<String, String>();
    own.forEach(
        (name, value) -> {
          if (value == null) {
            variables.remove(name);
          } else {
            variables.put(name, value);
            (isSecret(block, name) ? secrets : declared).put(name, value);
          }
        });
    var fixed = new HashMap<>(secrets);
    fixed.putAll(extra);
    variables.putAll(extra);
    declared.putAll(extra);
    return new RunEnvironment(variables, fixed, declared, secrets);
  }

  private static boolean isSecret(EnvironmentBlock block, String name) {
    EnvValue value = block.entries().get(name);
    return value != null && value.secret();
  }

  /// All of it.
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

  /// For state a resumed run needs again: secret values become placeholders that name them, and
  /// what is derived from them is masked for good.
  Masked concealing() {
    return secrets.isEmpty() ? Masked.by(SecretMasker.NONE) : new Masked(this::conceal);
  }

  /// The way back.
  Masked revealing() {
    return secrets.isEmpty() ? Masked.by(SecretMasker.NONE) : new Masked(this::reveal);
  }

  private String conceal(String text) {
    String concealed = text;
    for (var secret : secrets.entrySet()) {
      if (secret.getValue().length() >= SHORTEST_MASKED) {
        concealed = concealed.replace(secret.getValue(), placeholder(secret.getKey()));
      }
    }
    return masker.mask(concealed);
  }

  private String reveal(String text) {
    String revealed = text;
    for (var secret : secrets.entrySet()) {
      revealed = revealed.replace(placeholder(secret.getKey()), secret.getValue());
    }
    return revealed;
  }

  private static String placeholder(String name) {
    return "***{" + name + "}";
  }

  public SecretMasker masker() {
    return masker;
  }

  /// Entries that refer to each other in any order.
  private static final class Resolution implements Scope {
    private static final Pattern PROCESS_REFERENCE = Pattern.compile("\\$\\{env:(\\w+)}");
    private static final Pattern VARIABLE_NAME = Pattern.compile("[A-Z_][A-Z0-9_]*");

    private final EnvironmentBlock block;
    private final Map<String, String> inherited;
    private final List<String> args;
    private final Map<String, @Nullable String> resolved = new LinkedHashMap<>();
    private final Deque<String> open = new ArrayDeque<>();

    Resolution(EnvironmentBlock block, Map<String, String> inherited, List<String> args) {
      this.block = block;
      this.inherited = inherited;
      this.args = args;
    }

    Map<String, @Nullable String> all() {
      var missing = new LinkedHashSet<String>();
      for (String name : block.entries().keySet()) {
        try {
          resolve(name);
        } catch (MissingSecret e) {
          open.clear();
          missing.addAll(e.variables);
        }
      }
      if (!missing.isEmpty()) {
        throw EngineException.secretsMissing(missing);
      }
      return resolved;
    }

    private @Nullable String resolve(String name) {
      if (resolved.containsKey(name)) {
        return resolved.get(name);
      }
      if (open.contains(name)) {
        var circle = new ArrayList<>(open.reversed());
        circle.add(name);
        throw EngineException.environmentCycle(circle);
      }
      open.push(name);
      EnvValue value = block.entries().get(name);
      String text = value == null ? null : render(name, value);
      open.pop();
      resolved.put(name, text);
      return text;
    }

    private @Nullable String render(String name, EnvValue value) {
      Template template = value.template();
      if (template == null) {
        return null;
      }
      var rendering = new Rendering(true, inherited, Path.of(""), _ -> {});
      Template readable = readable(template, value.secret());
      try {
        return readable.render(this, rendering);
      } catch (EngineException e) {
        throw e;
      } catch (ProdigyException e) {
        Set<String> missing = undefined(readable);
        throw value.secret() && !missing.isEmpty()
            ? new MissingSecret(missing, e)
            : EngineException.environmentEntry(name, e);
      }
    }

    private Set<String> undefined(Template template) {
      var undefined = new TreeSet<>(template.references());
      undefined.removeIf(name -> value(name) != null);
      return undefined;
    }

    /// `${env:X}` is always the process's variable for plain entries; for secrets, other entries
    /// (which may come from files) are asked first. A secret that is just a name is that variable.
    private static Template readable(Template template, boolean secret) {
      String source = template.source();
      if (secret && VARIABLE_NAME.matcher(source).matches()) {
        return Template.parse("${" + source + "}", Template.Kind.ENV);
      }
      var reference = PROCESS_REFERENCE.matcher(source);
      return reference.find()
          ? Template.parse(
              reference.replaceAll(secret ? "\\${$1}" : "\\${env.$1}"), Template.Kind.ENV)
          : template;
    }

    @Override
    public @Nullable JsonNode lookup(String name) {
      String value = value(name);
      return value == null ? null : Json.NODES.stringNode(value);
    }

    private @Nullable String value(String name) {
      String self = open.peek();
      if (block.entries().containsKey(name) && !name.equals(self)) {
        return resolve(name);
      }
      String positional = name.startsWith("ARG_") ? name.substring(4) : name;
      if (positional.length() < 4 && positional.chars().allMatch(c -> c >= '0' && c <= '9')) {
        int index = positional.isEmpty() ? 0 : Integer.parseInt(positional);
        return index >= 1 && index <= args.size() ? args.get(index - 1) : null;
      }
      if (name.equals("ARG") && !args.isEmpty()) {
        return args.getFirst();
      }
      return inherited.get(name);
    }

    /// None: looking at every entry to explain one that is missing would resolve them all.
    @Override
    public Set<String> names() {
      return Set.of();
    }
  }

  private static final class MissingSecret extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient List<String> variables;

    MissingSecret(Set<String> variables, Throwable cause) {
      super(cause);
      this.variables = List.copyOf(variables);
    }
  }
}
