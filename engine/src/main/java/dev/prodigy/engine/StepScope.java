package dev.prodigy.engine;

import dev.prodigy.agent.SecretMasker;
import dev.prodigy.workflow.RetryDefaults;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.expression.Rendering;
import dev.prodigy.workflow.expression.Variables;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// Where and with what a list of steps runs: one per phase, agent or sequential run.
///
/// Immutable but for its [#variables], which the steps of the list add to, one after another.
public final class StepScope {
  /// Until a process that was asked to stop is killed.
  public static final Duration DEFAULT_GRACE = Duration.ofSeconds(5);

  private final Builder is;

  private StepScope(Builder builder) {
    is = builder;
  }

  /// @param environment the complete environment of commands, ours included; a step's own `env` and
  ///   the variables of a single step are added to it
  /// @param logs directory for the complete outputs of commands; need not exist yet
  public static Builder in(
      Path worktree, Path logs, Variables variables, Map<String, String> environment) {
    return new Builder(worktree, logs, variables, environment);
  }

  /// Root of the worktree: commands start here, and files are written only below it.
  public Path worktree() {
    return is.worktree;
  }

  public Variables variables() {
    return is.variables;
  }

  public Map<String, String> environment() {
    return is.environment;
  }

  /// Entries that outrank a step's own `env`: secrets, `--env` and Prodigy's own variables.
  public Map<String, String> fixedEnvironment() {
    return is.fixedEnvironment;
  }

  public SecretMasker masker() {
    return is.masker;
  }

  /// Undefined variables fail a step instead of being warned about.
  public boolean strict() {
    return is.strict;
  }

  /// Where the complete outputs go; made when the first file is written.
  public Path logDirectory() {
    return is.logDirectory;
  }

  /// Begins the names of this scope's log files; unique among scopes sharing a directory.
  public String logPrefix() {
    return is.logPrefix;
  }

  public @Nullable Deadline deadline() {
    return is.deadline;
  }

  public Duration grace() {
    return is.grace;
  }

  /// A limit for single steps beside their own `timeout`.
  public Function<Step, @Nullable Duration> commandLimit() {
    return is.commandLimit;
  }

  /// False where commits a step must make are not checked.
  public boolean commitValidation() {
    return is.commitValidation;
  }

  /// False where the user wants no commits but those that steps make themselves.
  public boolean autoCommit() {
    return is.autoCommit;
  }

  /// What of retries the workflow leaves open.
  public RetryDefaults retries() {
    return is.retries;
  }

  public StopSignal stop() {
    return is.stop;
  }

  /// Who answers questions of steps with yes or no.
  Predicate<String> confirm() {
    return is.confirm;
  }

  public Builder toBuilder() {
    return new Builder(is);
  }

  /// What the run remembers of retries.
  public RetryLedger ledger() {
    return is.ledger;
  }

  /// How far workflows within these steps have come.
  ChildProgress children() {
    return is.children;
  }

  /// Null where no workflow can be run.
  @Nullable SubWorkflowRuns subWorkflows() {
    return is.subWorkflows;
  }

  /// The place of a step in the whole workflow: `commands[3]`.
  String placeOf(Step step) {
    return is.place + "[" + step.index() + "]";
  }

  /// For steps within a step.
  StepScope within(Step step, String part) {
    return toBuilder().place(placeOf(step) + "/" + part).build();
  }

  /// For texts that belong to no single execution of a step.
  Rendering rendering(Consumer<String> warnings) {
    return new Rendering(is.strict, is.environment, is.worktree, warnings);
  }

  /// With those entries of the environment that are what commands print, as of now.
  ///
  /// @throws EngineException if such a command fails
  StepScope refreshed() {
    Late late = is.late;
    if (late == null) {
      return this;
    }
    var environment = new HashMap<>(is.environment);
    late.values(is.worktree)
        .forEach(
            (name, value) -> {
              if (value == null) {
                environment.remove(name);
              } else {
                environment.put(name, value);
              }
            });
    environment.putAll(is.fixedEnvironment);
    return toBuilder().environment(environment).build();
  }

  /// Entries of the environment that commands in a worktree print.
  public interface Late {
    /// A null value takes the variable away.
    Map<String, @Nullable String> values(Path worktree);
  }

  StepScope with(Variables variables) {
    Builder copy = toBuilder();
    copy.variables = variables;
    return copy.build();
  }

  StepScope before(@Nullable Deadline deadline) {
    return deadline == null ? this : toBuilder().deadline(deadline).build();
  }

  /// Starts with no limits, no secrets, lenient variables and commit checks on.
  public static final class Builder {
    private Path worktree;
    private Variables variables;
    private Map<String, String> environment;
    private Map<String, String> fixedEnvironment = Map.of();
    private SecretMasker masker = SecretMasker.NONE;
    private boolean strict;
    private final Path logDirectory;
    private String logPrefix = "";
    private @Nullable Deadline deadline;
    private Duration grace = DEFAULT_GRACE;
    private Function<Step, @Nullable Duration> commandLimit = _ -> null;
    private boolean commitValidation = true;
    private boolean autoCommit = true;
    private RetryDefaults retries = RetryDefaults.NONE;
    private StopSignal stop = new StopSignal();
    private Predicate<String> confirm = _ -> false;
    private String place = "commands";
    private RetryLedger ledger = RetryLedger.inMemory();
    private @Nullable Late late;
    private ChildProgress children = ChildProgress.inMemory();
    private @Nullable SubWorkflowRuns subWorkflows;

    private Builder(
        Path worktree, Path logs, Variables variables, Map<String, String> environment) {
      this.worktree = worktree;
      this.variables = variables;
      this.environment = Map.copyOf(environment);
      this.logDirectory = logs;
    }

    private Builder(Builder other) {
      worktree = other.worktree;
      variables = other.variables;
      environment = other.environment;
      fixedEnvironment = other.fixedEnvironment;
      masker = other.masker;
      strict = other.strict;
      logDirectory = other.logDirectory;
      logPrefix = other.logPrefix;
      deadline = other.deadline;
      grace = other.grace;
      commandLimit = other.commandLimit;
      commitValidation = other.commitValidation;
      autoCommit = other.autoCommit;
      stop = other.stop;
      confirm = other.confirm;
      place = other.place;
      ledger = other.ledger;
      late = other.late;
      retries = other.retries;
      children = other.children;
      subWorkflows = other.subWorkflows;
    }

    /// Another directory of the worktree, or another worktree.
    Builder in(Path directory) {
      worktree = directory;
      return this;
    }

    Builder variables(Variables value) {
      variables = value;
      return this;
    }

    /// Where workflows within these steps keep how far they are.
    public Builder children(ChildProgress value) {
      children = value;
      return this;
    }

    Builder subWorkflows(SubWorkflowRuns value) {
      subWorkflows = value;
      return this;
    }

    /// What runs workflows within these steps, as in another scope of the same run.
    public Builder subWorkflowsLike(StepScope other) {
      subWorkflows = other.is.subWorkflows;
      return this;
    }

    public Builder environment(Map<String, String> value) {
      environment = Map.copyOf(value);
      return this;
    }

    public Builder fixedEnvironment(Map<String, String> value) {
      fixedEnvironment = Map.copyOf(value);
      return this;
    }

    public Builder masker(SecretMasker value) {
      masker = value;
      return this;
    }

    public Builder strict(boolean value) {
      strict = value;
      return this;
    }

    public Builder logPrefix(String prefix) {
      logPrefix = prefix;
      return this;
    }

    /// Of several deadlines the earliest holds.
    public Builder deadline(@Nullable Deadline value) {
      Deadline present = deadline;
      boolean earlier =
          value != null && (present == null || value.nanoTime() - present.nanoTime() < 0);
      deadline = earlier ? value : present;
      return this;
    }

    public Builder grace(Duration value) {
      grace = value;
      return this;
    }

    public Builder commandLimit(Function<Step, @Nullable Duration> value) {
      commandLimit = value;
      return this;
    }

    public Builder commitValidation(boolean value) {
      commitValidation = value;
      return this;
    }

    public Builder autoCommit(boolean value) {
      autoCommit = value;
      return this;
    }

    public Builder retries(RetryDefaults value) {
      retries = value;
      return this;
    }

    /// The name of the list of steps; unique in the run.
    public Builder place(String value) {
      place = value;
      return this;
    }

    public Builder ledger(RetryLedger value) {
      ledger = value;
      return this;
    }

    /// Asked before each step of the list.
    public Builder late(@Nullable Late value) {
      late = value;
      return this;
    }

    /// What was asked for before each step is now asked for once.
    public Builder lateOnce() {
      Late always = late;
      var known = new HashMap<Path, Map<String, @Nullable String>>();
      late = always == null ? null : path -> known.computeIfAbsent(path, always::values);
      return this;
    }

    public Builder stop(StopSignal value) {
      stop = value;
      return this;
    }

    public Builder confirm(Predicate<String> value) {
      confirm = value;
      return this;
    }

    public StepScope build() {
      return new StepScope(new Builder(this));
    }
  }
}
