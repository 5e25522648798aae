package dev.prodigy.workflow;

import dev.prodigy.workflow.expression.Expression;
import dev.prodigy.workflow.expression.Template;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The value of an environment entry, in the forms a workflow may give it.
public sealed interface EnvValue {

  /// Never to be shown.
  default boolean secret() {
    return switch (this) {
      case Unset _, Conditional _ -> false;
      case Text text -> text.hidden();
      case Command command -> command.hidden();
      case PerProfile profiles -> profiles.values().values().stream().anyMatch(EnvValue::secret);
      case Provided _ -> true;
    };
  }

  /// The inherited variable is taken away.
  record Unset() implements EnvValue {}

  /// Text with references to other entries.
  record Text(Template template, boolean hidden) implements EnvValue {}

  /// What a command prints, run in the worktree.
  ///
  /// @param cache run once per job; else again before each step or agent
  record Command(Template command, boolean cache, Duration limit, boolean hidden)
      implements EnvValue {
    public static final Duration DEFAULT_LIMIT = Duration.ofSeconds(60);
  }

  /// One of two values, chosen when the run starts.
  record Conditional(Expression condition, EnvValue whenTrue, EnvValue whenFalse)
      implements EnvValue {}

  /// By the name of the active profile; [#DEFAULT] is for all others.
  record PerProfile(Map<String, EnvValue> values) implements EnvValue {
    public static final String DEFAULT = "default";

    public PerProfile {
      values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
    }
  }

  /// A secret that is kept elsewhere.
  ///
  /// @param provider `env`, `file`, `vault`, `aws`, or the name of a command
  /// @param key a variable, a path or an id, as the provider understands it
  record Provided(String provider, Template key, @Nullable String version) implements EnvValue {
    public static final String ENV = "env";
    public static final String FILE = "file";
    public static final String VAULT = "vault";
    public static final String AWS = "aws";
    public static final String CUSTOM = "custom";
  }
}
