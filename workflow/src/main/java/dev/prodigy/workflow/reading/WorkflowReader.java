package dev.prodigy.workflow.reading;

import dev.prodigy.model.AgentDefinitions;
import dev.prodigy.workflow.EnvironmentBlock;
import dev.prodigy.workflow.Limit;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.MergeBlock;
import dev.prodigy.workflow.Parameters;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.StepBlock;
import dev.prodigy.workflow.SubWorkflow;
import dev.prodigy.workflow.Workflow;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads a whole workflow: which kind it is, and what every kind has.
///
/// Everything wrong becomes a problem of the document, and reading goes on; only without problems
/// is the result a workflow that means what its author wrote.
public final class WorkflowReader {

  static final String NO_STEPS = "Workflow has no steps to execute";
  private static final String DEFAULT_NAME = "default";
  private static final List<String> MAP_REDUCE_KEYS =
      List.of("setup", "map", "reduce", "error_policy");

  private WorkflowReader() {}

  /// Whether the text says `mode: mapreduce`.
  public static boolean isMapReduce(Value root) {
    Value mode = root.peek("mode");
    return mode != null && mode.scalar().strip().toLowerCase(Locale.ROOT).equals("mapreduce");
  }

  /// Whether a step's command is written in the older way, with `name` or `command`.
  public static boolean isLegacyStep(Value step) {
    return CommandReader.isLegacy(step.look());
  }

  public static Workflow read(Value root) {
    return switch (root.kind()) {
      case MAPPING -> isMapReduce(root) ? mapReduce(root) : sequential(root);
      case LIST -> plain(root);
      case TEXT, NUMBER, BOOLEAN, NOTHING -> {
        root.expected("a list of steps, or a mapping with `commands`");
        yield plain(List.of());
      }
    };
  }

  private static Workflow plain(Value root) {
    if (root.list().isEmpty()) {
      root.problem(NO_STEPS);
    }
    return plain(new StepReader(null, true).steps(root, StepContext.of("")));
  }

  private static Workflow plain(List<Step> steps) {
    return new SequentialWorkflow(
        DEFAULT_NAME,
        EnvironmentBlock.EMPTY,
        AgentDefinitions.NONE,
        Parameters.NONE,
        null,
        null,
        false,
        null,
        steps,
        1);
  }

  /// What sequential and MapReduce workflows have alike.
  private record Common(
      @Nullable String name,
      EnvironmentBlock environment,
      AgentDefinitions agents,
      Parameters parameters,
      @Nullable MergeBlock merge,
      @Nullable Limit timeout,
      boolean strictVariables,
      @Nullable RetrySettings retryDefaults,
      StepReader steps) {

    static Common read(Mapping root) {
      Parameters parameters = ParametersReader.read(root.take("composed"));
      Map<String, SubWorkflow> workflows = SubWorkflowReader.read(root.take("workflows"));
      root.inert("description", "version", "mode", "analysis", "temporary");
      Value retry = root.take("retry_defaults");
      RetrySettings defaults = retry == null ? null : RetryReader.read(retry);
      var steps = new StepReader(defaults, !isMapReduce(root.owner()), workflows);
      Value merge = root.take("merge");
      return new Common(
          root.text("name"),
          ParametersReader.exported(EnvironmentReader.read(root), parameters),
          AgentReader.definitions(root.take("agents"), root.take("default_agent")),
          parameters,
          merge == null ? null : merge(merge, steps),
          Scalars.limit(root, "timeout"),
          root.flag("strict_variables", false),
          defaults,
          steps);
    }

    private static MergeBlock merge(Value value, StepReader steps) {
      StepBlock block = block(value, "merge ", steps);
      if (block.steps().isEmpty() && !value.is(Value.Kind.NOTHING)) {
        value.problem("must not be empty: leave it out for the default merge");
      }
      return new MergeBlock(block.steps(), block.timeout());
    }
  }

  /// A list of steps, or `{commands, timeout}`.
  static StepBlock block(Value value, String prefix, StepReader steps) {
    if (!value.is(Value.Kind.MAPPING)) {
      return new StepBlock(steps.steps(value, StepContext.of(prefix)), null);
    }
    Mapping mapping = value.mapping();
    Value commands = mapping.require("commands");
    Limit timeout = Scalars.limit(mapping, "timeout");
    mapping.finish();
    return new StepBlock(
        commands == null ? List.of() : steps.steps(commands, StepContext.of(prefix)), timeout);
  }

  private static Workflow sequential(Value value) {
    Mapping root = value.mapping();
    checkMode(value);
    boolean misplaced = !root.present(MAP_REDUCE_KEYS).isEmpty();
    for (String key : MAP_REDUCE_KEYS) {
      root.refuse(key, "`%s` belongs to MapReduce: add `mode: mapreduce`".formatted(key));
    }
    Common common = Common.read(root);
    List<Step> steps = mainList(root, common.steps(), misplaced);
    Value iterations = root.take("max_iterations");
    int maxIterations = iterations == null ? 1 : iterations(iterations);
    root.finish();
    return new SequentialWorkflow(
        common.name() == null ? DEFAULT_NAME : common.name(),
        common.environment(),
        common.agents(),
        common.parameters(),
        common.merge(),
        common.timeout(),
        common.strictVariables(),
        common.retryDefaults() == null ? null : common.retryDefaults().policy(),
        steps,
        maxIterations);
  }

  /// They are counted before variables are known.
  private static int iterations(Value value) {
    if (value.variable().isPresent()) {
      value.expected("a whole number");
    }
    return value.integer(1);
  }

  private static void checkMode(Value root) {
    Value mode = root.peek("mode");
    if (mode != null) {
      var _ = mode.word(Mode.STANDARD);
    }
  }

  private enum Mode {
    STANDARD,
    SEQUENTIAL,
    MAPREDUCE
  }

  /// @param optional whether its absence has been explained already
  private static List<Step> mainList(Mapping root, StepReader steps, boolean optional) {
    Value commands = root.take("commands");
    Value alias = root.take("steps");
    if (commands != null && alias != null) {
      alias.problem("`steps` is the same as `commands`: give one of them");
    }
    Value list = commands == null ? alias : commands;
    if (list == null) {
      if (!optional) {
        root.owner().problem("`commands` is missing");
      }
      return List.of();
    }
    if (list.is(Value.Kind.LIST) && list.list().isEmpty()) {
      list.problem(NO_STEPS);
    }
    return steps.steps(list, StepContext.of(""));
  }

  private static Workflow mapReduce(Value value) {
    Mapping root = value.mapping();
    Common common = Common.read(root);
    if (common.name() == null) {
      value.problem("`name` is missing");
    }
    MapReduceReader parts = MapReduceReader.read(root, common.steps());
    if (parts.map() == null) {
      return plain(List.of());
    }
    return new MapReduceWorkflow(
        common.name() == null ? DEFAULT_NAME : common.name(),
        common.environment(),
        common.agents(),
        common.parameters(),
        common.merge(),
        common.timeout(),
        common.strictVariables(),
        common.retryDefaults() == null ? null : common.retryDefaults().policy(),
        parts.setup(),
        parts.map(),
        parts.reduce(),
        parts.errorPolicy(),
        parts.checkpoint());
  }
}
