package dev.prodigy.workflow.schema;

import static dev.prodigy.workflow.schema.Shape.oneOf;
import static dev.prodigy.workflow.schema.Shape.words;

import dev.prodigy.workflow.schema.Shape.Anything;
import dev.prodigy.workflow.schema.Shape.Duration;
import dev.prodigy.workflow.schema.Shape.Fields;
import dev.prodigy.workflow.schema.Shape.Flag;
import dev.prodigy.workflow.schema.Shape.ListOf;
import dev.prodigy.workflow.schema.Shape.MapOf;
import dev.prodigy.workflow.schema.Shape.Text;
import dev.prodigy.workflow.schema.Shape.Whole;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// Every field of the workflow language. `LanguageTest` holds it against the readers: what is here
/// they know, and what they know is here.
public final class Language {

  /// The names of the two kinds of workflows.
  public static final String SEQUENTIAL = "workflow";

  public static final String JOB = "job";

  static final Shape TEXT = new Text();
  static final Shape FLAG = new Flag();
  static final Shape DURATION = new Duration();
  static final Shape ANYTHING = new Anything();

  static final Shape STEPS = new ListOf(oneOf(TEXT, new Fields("step")));

  private static final Shape ENV_VALUE = oneOf(TEXT, new Shape.Nothing(), new Fields("env_value"));

  /// A single step, or a list.
  static final Shape STEP_OR_STEPS = oneOf(TEXT, new Fields("step"), STEPS);

  private static final Map<String, Block> BLOCKS = blocks();

  private Language() {}

  /// All kinds of mappings, by name.
  public static Map<String, Block> all() {
    return BLOCKS;
  }

  public static Block block(String name) {
    Block block = BLOCKS.get(name);
    if (block == null) {
      throw new IllegalArgumentException("no block " + name);
    }
    return block;
  }

  private static Map<String, Block> blocks() {
    var blocks = new LinkedHashMap<String, Block>();
    Stream.of(
            List.of(
                sequential(),
                job(),
                stepBlock(),
                secretProvider(),
                envFile(),
                envValue(),
                subWorkflow(),
                agentDefinition()),
            StepLanguage.blocks(),
            RetryLanguage.blocks(),
            JobLanguage.blocks())
        .flatMap(List::stream)
        .forEach(block -> blocks.put(block.name(), block));
    return blocks;
  }

  private static Block agentDefinition() {
    Shape texts = new ListOf(TEXT);
    return Block.of(
        "agent_definition",
        "An agent: the program, and what its output means.",
        Field.of("command", TEXT, "Its name, or a path."),
        Field.of("args", texts, "With {prompt}, {prompt_file}, {model}, {model_args}."),
        Field.of("model_args", texts, "What {model_args} stands for if there is a model."),
        Field.of("model", TEXT, "The model."),
        Field.of("prompt_via", words("arg", "stdin", "file", "env"), "How it gets the prompt.")
            .standard("arg"),
        Field.of(
                "format",
                words(
                    "claude-stream-json",
                    "codex-jsonl",
                    "gemini-stream-json",
                    "jsonl",
                    "regex",
                    "text"),
                "What it prints.")
            .standard("text"),
        Field.of("commands", words("expand", "verbatim"), "Whether /name is replaced by its file.")
            .standard("expand"),
        Field.of("env", new MapOf(TEXT), "Given unless the variable is there."),
        Field.of("health", texts, "Arguments with which it says that it works."),
        Field.of("success", ANYTHING, "exit_codes, and those never tried again: no_retry."),
        Field.of("commits", words("auto", "own"), "Whether what it leaves is committed.")
            .standard("auto"),
        Field.of("rules", new ListOf(ANYTHING), "jsonl: {when: {path, equals}, emit, fields}."),
        Field.of("patterns", texts, "regex: named groups input, output, cost, session, error."),
        Field.of("max_tokens", new Whole(1), "Of the agent claude only."),
        Field.of("streaming", FLAG, "Of the agent claude only."));
  }

  private static Block sequential() {
    var fields = new ArrayList<Field>();
    fields.add(Field.of("name", TEXT, "Shown in lists; ${workflow.name}.").standard("default"));
    fields.add(Field.of("mode", words("standard", "sequential"), "The kind.").standard("standard"));
    fields.add(
        Field.of("commands", STEPS, "The steps, run one after another.").or("steps").needed());
    fields.add(
        Field.of("max_iterations", new Whole(1), "How often the steps are repeated; -n wins.")
            .standard("1"));
    fields.addAll(common());
    return Block.of(SEQUENTIAL, "Steps that run one after another.", fields);
  }

  private static Block job() {
    var fields = new ArrayList<Field>();
    fields.add(Field.of("name", TEXT, "Shown in lists; ${workflow.name}.").needed());
    fields.add(Field.of("mode", words("mapreduce"), "The kind.").needed());
    fields.add(
        Field.of("setup", oneOf(STEPS, new Fields("setup")), "Runs once, before items are read."));
    fields.add(
        Field.of("map", new Fields("map"), "Which items, and what is done with each.").needed());
    fields.add(
        Field.of("reduce", oneOf(STEPS, new Fields("steps")), "Runs once all items are done."));
    fields.add(
        Field.of("checkpoint", new Fields("checkpoint"), "How often progress is kept.")
            .standard("{}"));
    fields.addAll(JobLanguage.policies());
    fields.addAll(common());
    return Block.of(JOB, "An agent for every work item, in parallel.", fields);
  }

  private static List<Field> common() {
    return List.of(
        Field.of("description", ANYTHING, "For readers."),
        Field.of("version", ANYTHING, "For readers."),
        Field.of("timeout", DURATION, "Limit of the whole run."),
        Field.of("retry_defaults", RetryLanguage.RETRY, "For shell and claude steps."),
        Field.of("default_agent", TEXT, "The agent of claude steps.").standard("claude"),
        Field.of("agents", new MapOf(new Fields("agent_definition")), "Agents by name."),
        Field.of("strict_variables", FLAG, "A reference to nothing fails its step.")
            .standard("false"),
        Field.of("env", new MapOf(ENV_VALUE), "Environment entries."),
        Field.of("secrets", new MapOf(ENV_VALUE), "Entries never shown or stored."),
        Field.of(
            "env_files",
            oneOf(TEXT, new ListOf(oneOf(TEXT, new Fields("env_file")))),
            "Files of KEY=value lines, beside the workflow."),
        Field.of("profiles", new MapOf(ANYTHING), "Entries by profile; --profile selects one."),
        Field.of("active_profile", TEXT, "The profile if nobody selects one."),
        Field.of("inherit", FLAG, "Whether commands see the environment of prodigy itself.")
            .standard("true"),
        Field.of(
            "secret_providers",
            new MapOf(new Fields("secret_provider")),
            "Commands that print secrets."),
        Field.of(
            "merge",
            oneOf(STEPS, new Fields("steps")),
            "Brings the commits home instead of the usual merge."),
        Field.of(
            "parameters",
            oneOf(new ListOf(ANYTHING), new MapOf(ANYTHING)),
            "What one gives it: types, defaults, checks."),
        Field.of("defaults", new MapOf(ANYTHING), "Values of parameters and variables."),
        Field.of("extends", ANYTHING, "The workflow this one is built upon."),
        Field.of("imports", ANYTHING, "Files whose parts become parts of this one."),
        Field.of("template", ANYTHING, "A template it is an instance of."),
        Field.of("templates", new MapOf(ANYTHING), "Lists of steps that `use` puts in place."),
        Field.of(
                "workflows",
                oneOf(
                    new MapOf(oneOf(TEXT, new Fields("sub_workflow"))),
                    new ListOf(new Fields("sub_workflow"))),
                "Workflows within this one; `workflow:` runs them.")
            .or("sub_workflows"),
        Field.of("composed", ANYTHING, "Notes of composing; nobody writes them.").older(),
        Field.of("analysis", ANYTHING, "Means nothing any more.").older(),
        Field.of("temporary", ANYTHING, "Means nothing any more.").older());
  }

  private static Block stepBlock() {
    return Block.of(
        "steps",
        "Steps with a limit of their own.",
        Field.of("commands", STEPS, "The steps.").needed(),
        Field.of("timeout", DURATION, "Limit of all of them."));
  }

  /// All else in it is a workflow of its own.
  private static Block subWorkflow() {
    return Block.of(
            "sub_workflow",
            "A workflow within another: these fields, and those of a workflow or a `source`.",
            Field.of("name", TEXT, "In a list of them."),
            Field.of("source", TEXT, "The file it is in."),
            Field.of("parameters", new MapOf(ANYTHING), "Values of its parameters.").or("with"),
            Field.of("inputs", new MapOf(ANYTHING), "Variables it gets."),
            Field.of("outputs", oneOf(new ListOf(TEXT), new MapOf(TEXT)), "Variables it gives."),
            Field.of("parallel", FLAG, "Beside its neighbours.").standard("false"),
            Field.of("continue_on_error", FLAG, "Its failure is a warning.").standard("false"),
            Field.of("timeout", DURATION, "Limit of all of it."),
            Field.of("working_dir", TEXT, "Relative to the worktree."),
            Field.of("when", TEXT, "It is skipped unless this holds."),
            Field.of("depends_on", oneOf(TEXT, new ListOf(TEXT)), "Others that run before it."),
            Field.of("isolation", words("shared", "worktree"), "Where it works."),
            Field.of(
                    "workflow",
                    oneOf(STEPS, new Fields(SEQUENTIAL)),
                    "The workflow itself; composing writes it.")
                .older())
        .opened();
  }

  private static Block secretProvider() {
    return Block.of(
        "secret_provider",
        "A command that prints secrets.",
        Field.of("command", TEXT, "Gets the key as its argument.").needed(),
        Field.of("timeout", DURATION, "Limit of one call.").standard("10s"));
  }

  private static Block envFile() {
    return Block.of(
        "env_file",
        "A file of KEY=value lines.",
        Field.of("path", TEXT, "Relative to the workflow file.").needed(),
        Field.of("required", FLAG, "Whether it must be there.").standard("false"));
  }

  /// Profiles are keys here, too: whatever they are called.
  private static Block envValue() {
    return Block.of(
            "env_value",
            "A value that is found out.",
            Field.of("value", TEXT, "The value itself."),
            Field.of("secret", FLAG, "Never shown or stored.").standard("false"),
            Field.of("command", TEXT, "What it prints is the value."),
            Field.of("cache", FLAG, "Run once per session.").standard("false"),
            Field.of("timeout", DURATION, "Limit of the command.").standard("30s"),
            Field.of("condition", TEXT, "Decides between the next two."),
            Field.of("when_true", ANYTHING, "The value if it holds."),
            Field.of("when_false", ANYTHING, "The value if it does not."),
            Field.of("provider", oneOf(TEXT, new MapOf(TEXT)), "env, file, vault, aws, or custom."),
            Field.of("key", TEXT, "What the provider is asked for."),
            Field.of("version", TEXT, "Of the secret or of the provider's engine."),
            Field.of("default", ANYTHING, "The value in profiles that have none of their own."))
        .opened();
  }
}
