package dev.prodigy.workflow.reading;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.EnvironmentBlock;
import dev.prodigy.workflow.FailureHandler;
import dev.prodigy.workflow.ForeachInput;
import dev.prodigy.workflow.HandlerAction;
import dev.prodigy.workflow.MapInput;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.OnExhausted;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.StepChecks;
import dev.prodigy.workflow.StepValidation;
import dev.prodigy.workflow.SubWorkflow;
import dev.prodigy.workflow.Validation;
import dev.prodigy.workflow.Workflow;
import dev.prodigy.workflow.expression.Expression;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.yaml.Spelling;
import dev.prodigy.workflow.yaml.Value;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Compares the variables that steps refer to with those there can be where the steps stand.
///
/// A variable of another phase (`${item.path}` in `reduce`) is an error. One that nobody defines is
/// a warning, and only if the caller knows what comes from outside the workflow: the run itself
/// tells it anyway, when it comes to it. What a default stands in for, and what a shell may know
/// itself, is never undefined.
public final class NameCheck {

  /// Where steps stand, as far as it decides which variables there are.
  enum Phase {
    MAIN,
    SETUP,
    MAP,
    REDUCE,
    MERGE,
    JOB_MERGE
  }

  /// A step whose text has this may define anything.
  private static final String OUTPUT_FILE = "PRODIGY_OUTPUT";

  private static final Map<String, String> WRONG_PHASE =
      Map.of(
          "item", "there is an item only in `agent_template` and in `foreach`",
          "map", "the map's results are there only in `reduce` and `merge` of a MapReduce workflow",
          "merge", "it is there only in `merge`");

  private final Value root;
  private final @Nullable Set<String> outside;

  /// What workflows within this one see of it.
  private final Set<String> environment;

  private final Set<String> builtIn;

  /// What the workflow itself defines, as far as the check has come.
  private final Set<String> known;

  private boolean anything;

  private NameCheck(
      Value root,
      @Nullable Set<String> outside,
      Set<String> environment,
      Set<String> builtIn,
      Set<String> known) {
    this.root = root;
    this.outside = outside;
    this.environment = environment;
    this.builtIn = builtIn;
    this.known = known;
  }

  /// @param root of the document the workflow was read from; gets the problems
  /// @param outside names that are defined outside the workflow: in the environment, in the
  ///   configuration, as parameters; null: only what is wrong in any case is told
  public static void check(Workflow workflow, Value root, @Nullable Set<String> outside) {
    Set<String> own = ownNames(workflow);
    EnvironmentBlock environment = workflow.environment();
    switch (workflow) {
      case SequentialWorkflow sequential -> {
        var main = new NameCheck(root, outside, Set.copyOf(own), BuiltIn.in(Phase.MAIN), own);
        main.anything = !environment.files().isEmpty();
        main.steps(sequential.steps());
        main.merge(workflow, Phase.MERGE);
      }
      case MapReduceWorkflow job -> job(job, root, outside, own);
    }
  }

  /// Its environment and parameters.
  private static Set<String> ownNames(Workflow workflow) {
    var own = new HashSet<String>();
    EnvironmentBlock environment = workflow.environment();
    own.addAll(environment.entries().keySet());
    own.addAll(environment.secrets().keySet());
    environment.profiles().values().forEach(profile -> own.addAll(profile.keySet()));
    own.addAll(workflow.parameters().values().keySet());
    return own;
  }

  private static void job(
      MapReduceWorkflow job, Value root, @Nullable Set<String> outside, Set<String> own) {
    var setup = new NameCheck(root, outside, Set.copyOf(own), BuiltIn.in(Phase.SETUP), own);
    setup.anything = !job.environment().files().isEmpty();
    if (job.setup() != null) {
      setup.steps(job.setup().steps());
      job.setup().captureOutputs().keySet().forEach(setup::defines);
    }
    if (job.map().input() instanceof MapInput.Text(Template input)) {
      setup.text(input);
    }
    setup.in(Phase.MAP).steps(job.map().agentTemplate());
    NameCheck reduce = setup.in(Phase.REDUCE);
    if (job.reduce() != null) {
      reduce.steps(job.reduce().steps());
    }
    reduce.merge(job, Phase.JOB_MERGE);
  }

  private void merge(Workflow workflow, Phase merging) {
    if (workflow.merge() != null) {
      in(merging).steps(workflow.merge().steps());
    }
  }

  /// What comes after sees what was defined so far, and keeps its own to itself.
  private NameCheck in(Phase next) {
    var later = new NameCheck(root, outside, environment, BuiltIn.in(next), new HashSet<>(known));
    later.anything = anything;
    return later;
  }

  private NameCheck body() {
    var body = new NameCheck(root, outside, environment, builtIn, new HashSet<>(known));
    body.anything = anything;
    body.known.addAll(BuiltIn.OF_ITEM);
    return body;
  }

  private void defines(@Nullable String name) {
    if (name != null) {
      known.add(name);
    }
  }

  private void steps(List<Step> steps) {
    steps.forEach(this::step);
  }

  private void step(Step step) {
    step.env().values().forEach(this::text);
    Set<String> own = new HashSet<>(step.env().keySet());
    own.removeAll(known);
    known.addAll(own);
    expression(step.when());
    text(step.workingDir());
    text(step.outputFile());
    command(step.command());
    defines(step.id());
    defines(step.capture().name());
    text(step.commitConfig().message());
    text(step.commitConfig().author());
    checks(step.checks());
    if (step.onFailure() != null) {
      handler(step.onFailure());
    }
    if (step.retry() != null
        && step.retry().onFailure() instanceof OnExhausted.Fallback(Template command)) {
      text(command);
    }
    known.removeAll(own);
    steps(step.onSuccess());
    step.onExitCode().values().forEach(this::steps);
  }

  private void command(Command command) {
    switch (command) {
      case Command.Shell(Template text) -> {
        text(text);
        anything |= text.source().contains(OUTPUT_FILE);
      }
      case Command.Claude(Template prompt) -> text(prompt);
      case Command.Agent agent -> agent.texts().forEach(this::text);
      case Command.WriteFile file -> {
        text(file.path());
        text(file.content());
      }
      case Command.Foreach foreach -> {
        if (foreach.input() instanceof ForeachInput.CommandText(Template text)) {
          text(text);
        }
        body().steps(foreach.steps());
      }
      case Command.Handler(HandlerAction action) -> action.texts().forEach(this::text);
      case Command.RunWorkflows called -> called(called);
      case Command.Validate _, Command.Analyze _ -> {}
    }
  }

  /// The caller gets the outputs, by themselves and by the sub-workflow's name, and nothing else.
  private void called(Command.RunWorkflows called) {
    inputs(called.with());
    for (SubWorkflow one : called.workflows()) {
      expression(one.when());
      text(one.workingDir());
      inputs(one.inputs());
    }
    called.workflows().forEach(one -> within(one, called.with().keySet()));
    for (SubWorkflow one : called.workflows()) {
      known.add(one.name());
      known.addAll(one.outputs().keySet());
    }
  }

  private void inputs(Map<String, SubWorkflow.Input> inputs) {
    for (SubWorkflow.Input input : inputs.values()) {
      if (input instanceof SubWorkflow.Input.Rendered(Template template)) {
        text(template);
      }
    }
  }

  /// It sees the run's environment and its own inputs, not what the caller's steps define.
  private void within(SubWorkflow called, Set<String> with) {
    if (called.workflow() instanceof SequentialWorkflow child) {
      var names = ownNames(child);
      names.addAll(called.inputs().keySet());
      names.addAll(with);
      names.addAll(environment);
      var check = new NameCheck(root, outside, environment, BuiltIn.in(Phase.MAIN), names);
      check.anything = anything || !child.environment().files().isEmpty();
      check.steps(child.steps());
      called.outputs().values().forEach(check::text);
    }
  }

  /// What a handler defines stays, but for the error itself.
  private void handler(FailureHandler handler) {
    boolean first = known.add("error");
    steps(handler.steps());
    handler.capture().keySet().forEach(this::defines);
    if (first) {
      known.remove("error");
    }
  }

  private void checks(StepChecks checks) {
    Validation validation = checks.validation();
    if (validation != null) {
      known.add("validation");
      steps(validation.steps());
      text(validation.resultFile());
      text(validation.schemaFile());
      if (validation.onIncomplete() != null) {
        steps(validation.onIncomplete().steps());
        text(validation.onIncomplete().prompt());
      }
    }
    if (checks.stepValidation() != null) {
      steps(checks.stepValidation().checks().stream().map(StepValidation.Check::step).toList());
    }
  }

  private void text(@Nullable Template template) {
    Value from = template == null ? null : root.origin(template);
    if (template != null && from != null) {
      int start = Math.max(0, from.scalar().indexOf(template.source()));
      for (Template.Use use : template.uses()) {
        if (!use.optional()) {
          reference(use.name(), from, start + use.offset());
        }
      }
    }
  }

  private void expression(@Nullable Expression expression) {
    Value from = expression == null ? null : root.origin(expression);
    if (expression != null && from != null && !expression.source().contains("exists")) {
      for (String name : expression.references()) {
        reference(name, from, Math.max(0, from.scalar().indexOf(name)));
      }
    }
  }

  private void reference(String whole, Value from, int offset) {
    String name = whole.contains("[") ? whole.substring(0, whole.indexOf('[')) : whole;
    String base = name.contains(".") ? name.substring(0, name.indexOf('.')) : name;
    if (base.isEmpty() || defined(name)) {
      return;
    }
    String wrong = WRONG_PHASE.get(base);
    if (wrong != null) {
      from.problemAt(offset, ErrorCode.WORKFLOW_VALIDATION, "`${%s}`: %s".formatted(name, wrong));
    } else if (outside != null
        && !anything
        && !outside.contains(base)
        && !BuiltIn.isArgument(base)) {
      from.warnAt(offset, undefined(name, base, outside));
    }
  }

  /// Under its whole name, or under the beginning of it.
  private boolean defined(String name) {
    for (int end = name.length(); end > 0; end = name.lastIndexOf('.', end - 1)) {
      if (known.contains(name.substring(0, end))) {
        return true;
      }
    }
    return builtIn.contains(name.contains(".") ? name.substring(0, name.indexOf('.')) : name);
  }

  private String undefined(String name, String base, Set<String> outside) {
    var names = new HashSet<>(known);
    names.addAll(outside);
    names.addAll(builtIn);
    return "`%s` is not defined by any step before this one%s"
        .formatted(
            name,
            Spelling.nearest(base, names)
                .map(meant -> ", did you mean `%s`?".formatted(meant))
                .orElse(""));
  }
}
