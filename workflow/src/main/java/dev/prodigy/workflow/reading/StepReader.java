package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.Capture;
import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.CommitConfig;
import dev.prodigy.workflow.FailureHandler;
import dev.prodigy.workflow.Limit;
import dev.prodigy.workflow.RetryPolicy;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.StepChecks;
import dev.prodigy.workflow.StepDisplay;
import dev.prodigy.workflow.SubWorkflow;
import dev.prodigy.workflow.expression.Expression;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads steps, wherever they stand.
final class StepReader {

  private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]+(\\.[A-Za-z0-9_-]+)*");
  private static final int MOST_EXIT_CODE = 255;

  private final @Nullable RetrySettings retryDefaults;
  private final CommandReader commands;
  private final HandlerReader handlers = new HandlerReader(this);
  private final ValidationReader validations = new ValidationReader(this);
  private final boolean squashes;

  /// @param squashes whether a run's commits may become one
  StepReader(@Nullable RetrySettings retryDefaults, boolean squashes) {
    this(retryDefaults, squashes, Map.of());
  }

  /// @param workflows what `workflow: name` can run
  StepReader(
      @Nullable RetrySettings retryDefaults, boolean squashes, Map<String, SubWorkflow> workflows) {
    this.retryDefaults = retryDefaults;
    this.squashes = squashes;
    commands = new CommandReader(this, workflows);
  }

  /// A list of steps, in which every id is used once.
  List<Step> steps(Value list, StepContext context) {
    var steps = new ArrayList<Step>();
    int place = 0;
    for (Value entry : list.list()) {
      steps.addAll(entry(entry, Math.max(place++, steps.size()), context));
    }
    checkIds(list, steps);
    return steps;
  }

  /// A single step, or a list of them.
  List<Step> oneOrMore(Value value, StepContext context) {
    return value.is(Value.Kind.LIST) ? steps(value, context) : entry(value, 0, context);
  }

  /// One entry of a list; several steps only where a mapping may hold `shell` and `claude`.
  private List<Step> entry(Value value, int index, StepContext context) {
    return switch (value.kind()) {
      case TEXT -> List.of(bare(value, index, context));
      case MAPPING -> fromMapping(value, index, context);
      case NUMBER, BOOLEAN, NOTHING, LIST -> {
        value.as(context.subject(index, "")).expected("a step");
        yield List.of();
      }
    };
  }

  private List<Step> fromMapping(Value value, int index, StepContext context) {
    String subject = context.subject(index, display(value));
    Mapping fields = value.as(subject).mapping();
    Lifted lifted = context.lifted();
    if (lifted != null) {
      lifted.takeFrom(fields);
    }
    return steps(fields, index, context);
  }

  private Step bare(Value value, int index, StepContext context) {
    Value named = value.as(context.subject(index, value.text()));
    Command command = commands.bare(named, context.handlerText());
    return Step.plain(index, null, command, retry(null, command, context), value.position());
  }

  /// The steps of a mapping whose subject is set; fields taken before are somebody else's. With
  /// both `shell` and `claude` in it, the fields go with the first, the others follow plain.
  List<Step> steps(Mapping fields, int index, StepContext context) {
    List<Command> todo = commands.read(fields, context);
    boolean complete = !todo.isEmpty();
    Command first = complete ? todo.getFirst() : new Command.Shell(Template.literal(""));
    var steps = new ArrayList<Step>();
    steps.add(step(fields, index, first, context));
    for (int i = 1; i < todo.size(); i++) {
      steps.add(plain(steps.getFirst(), index + i, todo.get(i)));
    }
    return complete ? steps : List.of();
  }

  private Step step(Mapping fields, int index, Command command, StepContext context) {
    String subject = fields.owner().subject();
    RetrySettings retries = LegacyReader.metadata(fields);
    String id = id(fields);
    String label = fields.text("name");
    Value when = fields.take("when", "condition", "if");
    Limit timeout = timeout(fields, command);
    Template workingDir = Scalars.template(fields, "working_dir", "cwd");
    Map<String, @Nullable Template> env = EnvironmentReader.ofStep(fields.take("env"));
    boolean clearEnv = fields.flag("clear_env", false);
    Capture capture = CaptureReader.read(fields);
    Template outputFile = Scalars.template(fields, "output_file");
    Value onSuccess = fields.take("on_success");
    Value onExitCode = fields.take("on_exit_code");
    FailureHandler onFailure = handlers.read(fields, command, context);
    RetrySettings own = ownRetry(fields);
    RetryPolicy retry = retry(own == null ? retries : own, command, context);
    boolean commitRequired = commits(fields, "commit_required", context);
    boolean autoCommit = commits(fields, "auto_commit", context);
    CommitConfig commitConfig = CommitConfigReader.read(fields.take("commit_config"), squashes);
    StepChecks checks =
        new StepChecks(
            OutputsReader.read(fields, id),
            validations.read(fields, context),
            StepValidationReader.read(fields));
    fields.inert("analysis", "temporary", "args", "options", "metadata");
    fields.finish();
    return new Step(
        index,
        id,
        label,
        command,
        when == null ? null : Scalars.expression(when, Expression.Dialect.WHEN),
        timeout,
        workingDir,
        env,
        clearEnv,
        capture,
        outputFile,
        onFailure,
        onSuccess == null ? List.of() : oneOrMore(onSuccess, context.successOf(subject)),
        onExitCode == null ? Map.of() : onExitCode(onExitCode, subject, context),
        retry,
        commitRequired,
        autoCommit,
        commitConfig,
        checks,
        fields.owner().position());
  }

  private static @Nullable Limit timeout(Mapping fields, Command command) {
    Limit own = Scalars.limit(fields, "timeout");
    Duration standard =
        command instanceof Command.Handler(var action) ? action.standardLimit() : null;
    return own == null && standard != null ? Limit.of(standard) : own;
  }

  private static Step plain(Step first, int index, Command command) {
    return new Step(
        index,
        null,
        null,
        command,
        first.when(),
        first.timeout(),
        first.workingDir(),
        first.env(),
        first.clearEnv(),
        Capture.DEFAULT,
        null,
        first.onFailure(),
        List.of(),
        Map.of(),
        first.retry(),
        first.commitRequired(),
        first.autoCommit(),
        first.commitConfig(),
        StepChecks.NONE,
        first.position());
  }

  private static @Nullable String id(Mapping fields) {
    Value value = fields.take("id");
    if (value == null) {
      return null;
    }
    String id = value.text();
    if (!ID.matcher(id).matches()) {
      value.problem("an id has letters, digits, _ and - only, got `%s`".formatted(id));
    }
    BuiltIn.warnIfHidden(value);
    return id;
  }

  private static void checkIds(Value list, List<Step> steps) {
    Set<String> ids = new HashSet<>();
    for (Step step : steps) {
      if (step.id() != null && !ids.add(step.id())) {
        list.problem(
            step.position(),
            "step %d has the id `%s` of another step in its list"
                .formatted(step.index() + 1, step.id()));
      }
    }
  }

  private static @Nullable RetrySettings ownRetry(Mapping fields) {
    Value retry = fields.take("retry", "retry_config");
    Value maxAttempts = fields.take("max_attempts");
    if (retry != null && maxAttempts != null) {
      maxAttempts.problem("`retry` says it already: put `attempts` there");
    }
    if (retry != null) {
      return RetryReader.read(retry);
    }
    return maxAttempts == null ? null : RetryReader.immediately(maxAttempts);
  }

  private @Nullable RetryPolicy retry(
      @Nullable RetrySettings own, Command command, StepContext context) {
    RetrySettings defaults = reachedByDefaults(command, context) ? retryDefaults : null;
    if (own == null) {
      return defaults == null ? null : defaults.policy();
    }
    return (defaults == null ? own : own.over(defaults)).policy();
  }

  private static boolean reachedByDefaults(Command command, StepContext context) {
    return context.retryDefaults()
        && switch (command) {
          case Command.Shell _, Command.Claude _, Command.Agent _ -> true;
          case Command.WriteFile _,
              Command.Foreach _,
              Command.Handler _,
              Command.RunWorkflows _,
              Command.Validate _,
              Command.Analyze _ ->
              false;
        };
  }

  private static boolean commits(Mapping fields, String name, StepContext context) {
    Value value = fields.take(name);
    if (value == null || !value.flag()) {
      return false;
    }
    if (context.shared()) {
      value.problem(
          "not possible in a parallel foreach, where commits cannot be told apart"
              + " (use `mode: mapreduce`)");
    }
    return true;
  }

  private Map<Integer, List<Step>> onExitCode(Value value, String subject, StepContext context) {
    var steps = new LinkedHashMap<Integer, List<Step>>();
    value
        .mapping()
        .entries()
        .forEach(
            (code, todo) ->
                steps.put(
                    exitCode(code, todo), oneOrMore(todo, context.exitCodeOf(subject, code))));
    return steps;
  }

  private static int exitCode(String code, Value value) {
    if (code.equals("*")) {
      return Step.ANY_FAILURE;
    }
    if (!code.matches("\\d{1,3}") || Integer.parseInt(code) > MOST_EXIT_CODE) {
      value.problem("expected an exit code (0 to 255) or \"*\", got `%s`".formatted(code));
      return Step.ANY_FAILURE;
    }
    return Integer.parseInt(code);
  }

  /// How messages call a step that is not read yet; empty if it does not say what it does.
  private static String display(Value value) {
    Value label = value.peek("name");
    if (label != null && label.isScalar()) {
      return label.scalar();
    }
    for (String type : CommandReader.TYPES) {
      Value command = value.peek(type);
      if (command != null) {
        return StepDisplay.of(type, CommandReader.text(command));
      }
    }
    return "";
  }
}
