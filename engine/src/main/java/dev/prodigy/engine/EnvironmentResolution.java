package dev.prodigy.engine;

import dev.prodigy.engine.SecretSources.Unavailable;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.workflow.EnvValue;
import dev.prodigy.workflow.EnvValue.PerProfile;
import dev.prodigy.workflow.EnvValue.Provided;
import dev.prodigy.workflow.EnvironmentBlock;
import dev.prodigy.workflow.expression.Expression;
import dev.prodigy.workflow.expression.Rendering;
import dev.prodigy.workflow.expression.Scope;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.expression.Variables;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Entries that refer to each other in any order, in levels: secrets, the active profile, `env`. A
/// name is looked up from the highest level down, then in the env files and the process; an entry
/// that names itself (`PATH: "${PATH}:/more"`) means what is below it.
///
/// What a command prints is known only later, and so is what refers to it: such entries are left
/// out here and come from [#late].
final class EnvironmentResolution implements Scope {
  private static final Pattern PROCESS_REFERENCE = Pattern.compile("\\$\\{env:(\\w+)}");
  private static final String ENV_PREFIX = "env.";

  private record Key(int level, String name) {}

  /// Runs the command of an entry.
  interface Commands {
    /// @param known late entries resolved so far
    String output(String name, EnvValue.Command command, Map<String, String> known);
  }

  private final List<Map<String, EnvValue>> levels;
  private final Map<String, String> files;
  private final EnvironmentInputs inputs;
  private final @Nullable String profile;
  private final SecretSources sources;
  private final @Nullable Commands commands;
  private final Map<Key, @Nullable String> resolved = new LinkedHashMap<>();
  private final Map<String, String> printed = new HashMap<>();
  private final Deque<Key> open = new ArrayDeque<>();
  private final Set<String> fromProcess = new TreeSet<>();

  EnvironmentResolution(
      EnvironmentBlock block,
      Map<String, String> files,
      EnvironmentInputs inputs,
      @Nullable String profile,
      SecretSources sources) {
    this(
        List.of(
            block.secrets(),
            profile == null ? Map.of() : block.profiles().getOrDefault(profile, Map.of()),
            block.entries()),
        files,
        inputs,
        profile,
        sources,
        null);
  }

  private EnvironmentResolution(
      List<Map<String, EnvValue>> levels,
      Map<String, String> files,
      EnvironmentInputs inputs,
      @Nullable String profile,
      SecretSources sources,
      @Nullable Commands commands) {
    this.levels = levels;
    this.files = files;
    this.inputs = inputs;
    this.profile = profile;
    this.sources = sources;
    this.commands = commands;
  }

  /// Everything that can be known before the run; a null value takes the variable away.
  ///
  /// @throws EngineException for circles, what is undefined, and secrets that cannot be had
  Map<String, @Nullable String> early() {
    return all(false);
  }

  /// The rest, again each time it is asked for.
  Map<String, @Nullable String> late(Commands runner) {
    var again = new EnvironmentResolution(levels, files, inputs, profile, sources, runner);
    again.resolved.putAll(resolved);
    return again.all(true);
  }

  boolean hasLate() {
    return names().stream().anyMatch(name -> late(key(name, 0), new HashSet<>()));
  }

  /// The names of the process's variables that entries were made of.
  Set<String> fromProcess() {
    return fromProcess;
  }

  private Map<String, @Nullable String> all(boolean late) {
    var values = new LinkedHashMap<String, @Nullable String>();
    var problems = new LinkedHashSet<String>();
    for (String name : names()) {
      Key key = key(name, 0);
      try {
        if (key != null && late(key, new HashSet<>()) == late) {
          values.put(name, resolve(key));
        }
      } catch (Unavailable e) {
        open.clear();
        problems.addAll(e.problems());
      }
    }
    if (!problems.isEmpty()) {
      throw EngineException.secretsMissing(problems);
    }
    return values;
  }

  /// Whether a value is known only while the run goes on.
  private boolean late(@Nullable Key key, Set<Key> asked) {
    if (key == null || !asked.add(key)) {
      return false;
    }
    return late(key, value(key), asked);
  }

  private boolean late(Key key, EnvValue value, Set<Key> asked) {
    return switch (value) {
      case EnvValue.Unset _, Provided _ -> false;
      case EnvValue.Command command -> !command.hidden();
      case EnvValue.Text text -> anyLate(key, text.template().references(), asked);
      case PerProfile choices -> late(key, choice(key.name, choices), asked);
      case EnvValue.Conditional either ->
          anyLate(key, either.condition().references(), asked)
              || late(key, either.whenTrue(), asked)
              || late(key, either.whenFalse(), asked);
    };
  }

  private boolean anyLate(Key of, Set<String> references, Set<Key> asked) {
    return references.stream()
        .map(EnvironmentResolution::base)
        .anyMatch(name -> late(key(name, name.equals(of.name) ? of.level + 1 : 0), asked));
  }

  private static String base(String reference) {
    String name =
        reference.startsWith(ENV_PREFIX) ? reference.substring(ENV_PREFIX.length()) : reference;
    int end = 0;
    while (end < name.length() && name.charAt(end) != '.' && name.charAt(end) != '[') {
      end++;
    }
    return name.substring(0, end);
  }

  private @Nullable Key key(String name, int from) {
    for (int level = from; level < levels.size(); level++) {
      if (levels.get(level).containsKey(name)) {
        return new Key(level, name);
      }
    }
    return null;
  }

  private EnvValue value(Key key) {
    EnvValue value = levels.get(key.level).get(key.name);
    if (value == null) {
      throw new IllegalStateException("no entry " + key);
    }
    return value;
  }

  private @Nullable String resolve(Key key) {
    if (resolved.containsKey(key)) {
      return resolved.get(key);
    }
    if (open.contains(key)) {
      var circle = new ArrayList<String>();
      open.reversed().forEach(each -> circle.add(each.name));
      circle.add(key.name);
      throw EngineException.environmentCycle(circle);
    }
    open.push(key);
    String text = text(key.name, value(key));
    open.pop();
    resolved.put(key, text);
    return text;
  }

  private @Nullable String text(String name, EnvValue value) {
    return switch (value) {
      case EnvValue.Unset _ -> null;
      case EnvValue.Text text -> text.hidden() ? hidden(text) : plain(name, text.template());
      case EnvValue.Command command -> printed(name, command);
      case EnvValue.Conditional either ->
          text(name, holds(name, either.condition()) ? either.whenTrue() : either.whenFalse());
      case PerProfile choices -> text(name, choice(name, choices));
      case Provided secret -> provided(secret);
    };
  }

  private String plain(String name, Template template) {
    try {
      return template.render(this, rendering());
    } catch (EngineException e) {
      throw e;
    } catch (ProdigyException e) {
      throw EngineException.environmentEntry(name, e);
    }
  }

  /// In secrets `${env:X}` asks other entries (which may come from files) before the process.
  private String hidden(EnvValue.Text secret) {
    String source = secret.template().source();
    if (source.equals("***")) {
      throw new Unavailable("Secret was written in the workflow file, which is gone");
    }
    Template template =
        PROCESS_REFERENCE.matcher(source).find()
            ? Template.parse(
                PROCESS_REFERENCE.matcher(source).replaceAll("\\${$1}"), Template.Kind.ENV)
            : secret.template();
    try {
      return template.render(this, rendering());
    } catch (EngineException e) {
      throw e;
    } catch (ProdigyException e) {
      var missing = new TreeSet<>(template.references());
      missing.removeIf(each -> variable(each) != null);
      throw new Unavailable(missing.stream().map(EnvironmentResolution::missing).toList());
    }
  }

  private static String missing(String variable) {
    return "Secret not found in environment: " + variable;
  }

  private String provided(Provided secret) {
    String key = plain("secret", secret.key());
    if (!secret.provider().equals(Provided.ENV)) {
      return sources.fetch(secret, key);
    }
    String value = variable(key);
    if (value == null) {
      throw new Unavailable(missing(key));
    }
    return value;
  }

  private String printed(String name, EnvValue.Command command) {
    if (command.hidden()) {
      var argv = List.of("/bin/sh", "-c", command.command().source());
      return sources.run(name, argv, files, command.limit());
    }
    Commands runner = commands;
    if (runner == null) {
      throw EngineException.environmentTooEarly(name);
    }
    for (String each : command.command().references()) {
      String value = key(base(each), 0) == null ? null : variable(base(each));
      if (value != null) {
        printed.put(base(each), value);
      }
    }
    String output = runner.output(name, command, printed);
    printed.put(name, output);
    return output;
  }

  private EnvValue choice(String name, PerProfile choices) {
    EnvValue chosen = profile == null ? null : choices.values().get(profile);
    chosen = chosen == null ? choices.values().get(PerProfile.DEFAULT) : chosen;
    if (chosen == null) {
      throw EngineException.environmentWithoutValue(name, profile);
    }
    return chosen;
  }

  private boolean holds(String name, Expression condition) {
    var operands = new Variables();
    for (String reference : condition.references()) {
      String value = variable(base(reference));
      if (value != null) {
        operands.set(reference, value);
      } else if (!condition.source().contains(reference + ":-")) {
        throw EngineException.environmentCondition(name, reference);
      }
    }
    try {
      return condition.test(operands, rendering());
    } catch (ProdigyException e) {
      throw EngineException.environmentEntry(name, e);
    }
  }

  private Rendering rendering() {
    return new Rendering(true, inputs.process(), inputs.project(), _ -> {});
  }

  @Override
  public @Nullable JsonNode lookup(String name) {
    if (name.startsWith(ENV_PREFIX)) {
      String value = process(name.substring(ENV_PREFIX.length()));
      return value == null ? null : Json.NODES.stringNode(value);
    }
    String value = variable(name);
    return value == null ? null : Json.NODES.stringNode(value);
  }

  private @Nullable String variable(String name) {
    if (inputs.extra().containsKey(name)) {
      return inputs.extra().get(name);
    }
    Key self = open.peek();
    Key key = key(name, self != null && self.name.equals(name) ? self.level + 1 : 0);
    if (key != null) {
      return resolve(key);
    }
    return files.containsKey(name) ? files.get(name) : builtIn(name);
  }

  private @Nullable String builtIn(String name) {
    String positional = name.startsWith("ARG_") ? name.substring(4) : name;
    if (positional.length() < 4 && positional.chars().allMatch(c -> c >= '0' && c <= '9')) {
      int index = positional.isEmpty() ? 0 : Integer.parseInt(positional);
      List<String> args = inputs.args();
      return index >= 1 && index <= args.size() ? args.get(index - 1) : null;
    }
    if (name.equals("ARG") && !inputs.args().isEmpty()) {
      return inputs.args().getFirst();
    }
    String inherited = process(name);
    return switch (name) {
      case "branch" -> inherited == null ? inputs.branch() : inherited;
      case "active_profile" -> inherited == null ? profile : inherited;
      default -> inherited;
    };
  }

  private @Nullable String process(String name) {
    String value = inputs.process().get(name);
    if (value != null) {
      fromProcess.add(name);
    }
    return value;
  }

  /// The names of all entries.
  @Override
  public Set<String> names() {
    var names = new LinkedHashSet<String>();
    levels.reversed().forEach(level -> names.addAll(level.keySet()));
    return names;
  }
}
