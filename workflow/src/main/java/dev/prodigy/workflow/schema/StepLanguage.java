package dev.prodigy.workflow.schema;

import static dev.prodigy.workflow.schema.Language.ANYTHING;
import static dev.prodigy.workflow.schema.Language.DURATION;
import static dev.prodigy.workflow.schema.Language.FLAG;
import static dev.prodigy.workflow.schema.Language.STEPS;
import static dev.prodigy.workflow.schema.Language.STEP_OR_STEPS;
import static dev.prodigy.workflow.schema.Language.TEXT;
import static dev.prodigy.workflow.schema.Shape.oneOf;
import static dev.prodigy.workflow.schema.Shape.words;

import dev.prodigy.workflow.schema.Shape.Decimal;
import dev.prodigy.workflow.schema.Shape.Fields;
import dev.prodigy.workflow.schema.Shape.ListOf;
import dev.prodigy.workflow.schema.Shape.MapOf;
import dev.prodigy.workflow.schema.Shape.Whole;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/// Steps and everything in them.
final class StepLanguage {

  private static final Shape TEXTS = oneOf(TEXT, new ListOf(TEXT));
  private static final List<String> COMMANDS =
      List.of(
          "shell",
          "claude",
          "test",
          "foreach",
          "items",
          "input",
          "write_file",
          "handler",
          "git",
          "cargo",
          "file",
          "validate",
          "analyze",
          "agent",
          "workflow",
          "use",
          "template",
          "name",
          "command");

  private StepLanguage() {}

  static List<Block> blocks() {
    return List.of(
        step(),
        handler(),
        onIncomplete(),
        test(),
        agent(),
        foreach(),
        foreachInput(),
        writeFile(),
        action(),
        shellAttributes(),
        claudeAttributes(),
        git(),
        cargo(),
        file(),
        streams(),
        output(),
        commitConfig(),
        validation(),
        stepValidation(),
        stepCheck(),
        atLeast(),
        analyze());
  }

  private static Block step() {
    return Block.of("step", "One step.", stepFields()).oneOf(COMMANDS);
  }

  /// A failure's handler: a step with more fields, or only these.
  private static Block handler() {
    return Block.of(
        "on_failure",
        "What happens when a step fails: a step of its own, and these fields.",
        joined(
            List.of(
                Field.of("commands", STEPS, "Several steps instead of one."),
                Field.of("max_attempts", new Whole(0), "How often it may repair and try again.")
                    .or("max_retries"),
                Field.of("retry_original", FLAG, "false: never try again.").older(),
                Field.of("fail_workflow", FLAG, "Fail unless trying again succeeded.")
                    .standard("false"),
                Field.of("handler_failure_fatal", FLAG, "A failed handler fails the workflow.")
                    .standard("false"),
                Field.of(
                        "strategy",
                        words("recovery", "fallback", "cleanup", "custom"),
                        "What its success means.")
                    .standard("recovery"),
                Field.of("capture", new MapOf(TEXT), "Variables from what it printed.")),
            stepFields()));
  }

  private static Block onIncomplete() {
    return Block.of(
        "on_incomplete",
        "What fills gaps: a step of its own, and these fields.",
        joined(
            List.of(
                Field.of("commands", STEPS, "Several steps instead of one."),
                Field.of("prompt", TEXT, "Ask a person whether it is good enough."),
                Field.of("max_attempts", new Whole(0), "Rounds of filling gaps.").standard("2"),
                Field.of("fail_workflow", FLAG, "Too little fails the step.").standard("true"),
                Field.of("commit_required", FLAG, "It must commit.").standard("false")),
            stepFields()));
  }

  /// The first of each name counts.
  private static List<Field> joined(List<Field> first, List<Field> second) {
    var names = new ArrayList<String>();
    return Stream.concat(first.stream(), second.stream())
        .filter(
            field -> {
              boolean fresh = field.names().stream().noneMatch(names::contains);
              names.addAll(field.names());
              return fresh;
            })
        .toList();
  }

  private static List<Field> stepFields() {
    var fields = new ArrayList<Field>();
    fields.addAll(commands());
    fields.addAll(
        List.of(
            Field.of("id", TEXT, "Publishes ${id.output}, ${id.exit_code} and more."),
            Field.of("name", TEXT, "A label; without a command: an agent command."),
            Field.of("when", TEXT, "The step is skipped unless this holds.").or("condition", "if"),
            Field.of("timeout", DURATION, "Limit of one execution."),
            Field.of("working_dir", TEXT, "Relative to the worktree.").or("cwd").standard("\".\""),
            Field.of(
                "env", new MapOf(oneOf(TEXT, new Shape.Nothing())), "Environment of this step."),
            Field.of("clear_env", FLAG, "Only a minimal environment, and `env`.").standard("false"),
            Field.of(
                    "capture_output",
                    oneOf(FLAG, TEXT),
                    "A name: the output is ${name}; false: it is not kept.")
                .or("capture")
                .standard("true"),
            Field.of(
                    "capture_format",
                    words("string", "text", "json", "lines", "number", "boolean"),
                    "What the output is read as.")
                .standard("string"),
            Field.of(
                    "capture_streams",
                    oneOf(TEXT, new Fields("capture_streams")),
                    "What counts as output.")
                .standard("stdout"),
            Field.of("output_file", TEXT, "The output also goes there."),
            Field.of("outputs", new MapOf(new Fields("output")), "Files it makes: ${id.<name>}."),
            Field.of("on_success", STEP_OR_STEPS, "Follows a success."),
            Field.of(
                "on_failure",
                oneOf(FLAG, TEXT, new Fields("on_failure"), STEPS),
                "What happens when it fails."),
            Field.of("on_exit_code", new MapOf(STEP_OR_STEPS), "By exit code; \"*\": any other."),
            Field.of("allow_failure", FLAG, "A failure is ignored.")
                .or("continue_on_error")
                .standard("false"),
            Field.of("retry", RetryLanguage.RETRY, "Executed again when it fails.")
                .or("retry_config"),
            Field.of("max_attempts", new Whole(1), "Executions in all, without a pause."),
            Field.of("commit_required", FLAG, "It must make a commit.").standard("false"),
            Field.of("auto_commit", FLAG, "What it left uncommitted is committed.")
                .standard("false"),
            Field.of("commit_config", new Fields("commit_config"), "How that is committed."),
            Field.of("validate", oneOf(STEPS, new Fields("validate")), "How complete the work is."),
            Field.of(
                "step_validate",
                oneOf(
                    TEXT,
                    new ListOf(oneOf(TEXT, new Fields("step_check"))),
                    new Fields("step_validate")),
                "Commands that say yes or no."),
            Field.of("skip_validation", FLAG, "Leaves step_validate out.").standard("false"),
            Field.of("validation_timeout", DURATION, "Limit of step_validate."),
            Field.of("ignore_validation_failure", FLAG, "step_validate only warns.")
                .standard("false"),
            Field.of("args", ANYTHING, "Of an agent command in its older form.").older(),
            Field.of("options", ANYTHING, "Of an agent command in its older form.").older(),
            Field.of("metadata", ANYTHING, "Of an agent command in its older form.").older(),
            Field.of("analysis", ANYTHING, "Means nothing any more.").older(),
            Field.of("temporary", ANYTHING, "Means nothing any more.").older()));
    return fields;
  }

  private static List<Field> commands() {
    return List.of(
        Field.of("shell", TEXT, "Run by sh -c."),
        Field.of("claude", TEXT, "A prompt for the agent."),
        Field.of("write_file", new Fields("write_file"), "Writes a file of the worktree."),
        Field.of(
            "foreach",
            oneOf(TEXT, new ListOf(ANYTHING), new Fields("foreach"), new Fields("foreach_input")),
            "Steps for every item."),
        Field.of("do", STEPS, "The steps of a flat foreach."),
        Field.of("parallel", oneOf(FLAG, new Whole(1)), "Items at once, of a flat foreach."),
        Field.of("max_items", new Whole(0), "The first items only, of a flat foreach."),
        Field.of("handler", new Fields("handler"), "A built-in handler."),
        Field.of("git", new Fields("git"), "Runs git."),
        Field.of("cargo", new Fields("cargo"), "Runs cargo."),
        Field.of("file", new Fields("file"), "Reads or changes a file."),
        Field.of("test", oneOf(TEXT, new Fields("test")), "As shell with on_failure.").older(),
        Field.of("agent", oneOf(TEXT, new Fields("agent")), "Another agent, by name."),
        Field.of("prompt", TEXT, "What `agent` is to do."),
        Field.of("model", TEXT, "The model of `agent`."),
        Field.of("run", TEXT, "What `agent: shell` runs; the prompt is in PRODIGY_PROMPT."),
        Field.of("workflow", TEXTS, "A workflow of `workflows`; several run at once."),
        Field.of("use", TEXT, "Steps of a template, an import or the base.").or("template"),
        Field.of("with", new MapOf(ANYTHING), "Parameters of `use`, inputs of `workflow`."),
        Field.of("analyze", oneOf(new Fields("analyze"), FLAG, TEXT), "Does nothing.").older(),
        Field.of("command", TEXT, "An agent command in its older form.").older());
  }

  private static Block test() {
    return Block.of(
        "test",
        "A command with a handler of its own.",
        Field.of("command", TEXT, "The command.").needed(),
        Field.of(
            "on_failure",
            oneOf(FLAG, TEXT, new Fields("on_failure"), STEPS),
            "What happens when it fails."));
  }

  private static Block agent() {
    return Block.of(
        "agent",
        "Another agent, with settings.",
        Field.of("name", TEXT, "Which: codex, gemini, aider, shell, or one of `agents`.").needed(),
        Field.of("prompt", TEXT, "What it is to do."),
        Field.of("model", TEXT, "The model."),
        Field.of("args", new ListOf(TEXT), "Further arguments of its command line."),
        Field.of("env", new MapOf(TEXT), "Environment entries."),
        Field.of("timeout", DURATION, "Limit of it."),
        Field.of("run", TEXT, "What the agent `shell` runs."));
  }

  private static Block foreach() {
    return Block.of(
        "foreach",
        "Steps for every item.",
        Field.of(
                "foreach",
                oneOf(TEXT, new ListOf(ANYTHING), new Fields("foreach_input")),
                "Items, or a command that prints one a line.")
            .or("items", "input")
            .needed(),
        Field.of("do", STEPS, "The steps.").needed(),
        Field.of("parallel", oneOf(FLAG, new Whole(1)), "Items at once; true: 10.")
            .standard("false"),
        Field.of("continue_on_error", FLAG, "Go on after a failed item.").standard("false"),
        Field.of("max_items", new Whole(0), "The first items only."));
  }

  private static Block foreachInput() {
    return Block.of(
        "foreach_input",
        "Where the items come from.",
        Field.of("command", TEXT, "Prints one a line."),
        Field.of("list", new ListOf(ANYTHING), "The items themselves."));
  }

  private static Block writeFile() {
    return Block.of(
        "write_file",
        "A file of the worktree.",
        Field.of("path", TEXT, "Relative to the working directory.").needed(),
        Field.of("content", ANYTHING, "Text; with json or yaml also a value.").needed(),
        Field.of("format", words("text", "json", "yaml"), "Checked and laid out.").standard("text"),
        Field.of("mode", TEXT, "Permissions in octal.").standard("\"0644\""),
        Field.of("create_dirs", FLAG, "Make missing directories.").standard("false"));
  }

  private static Block action() {
    return Block.of(
        "handler",
        "A built-in handler.",
        Field.of("name", words("shell", "claude", "git", "cargo", "file"), "Which.").needed(),
        Field.of(
                "attributes",
                oneOf(
                    new Fields("shell_attributes"),
                    new Fields("claude_attributes"),
                    new Fields("git"),
                    new Fields("cargo"),
                    new Fields("file")),
                "What it is to do.")
            .needed());
  }

  private static Block shellAttributes() {
    return Block.of(
        "shell_attributes",
        "A command for a shell of your choice.",
        Field.of("command", TEXT, "The command.").needed(),
        Field.of("shell", TEXT, "What runs it, with -c.").standard("bash"),
        Field.of("timeout", DURATION, "Limit of it.").standard("30"),
        Field.of("working_dir", TEXT, "Relative to the worktree."),
        Field.of("env", new MapOf(TEXT), "Environment entries."));
  }

  private static Block claudeAttributes() {
    return Block.of(
        "claude_attributes",
        "A prompt for the agent, with settings.",
        Field.of("prompt", TEXT, "The prompt.").needed(),
        Field.of("model", TEXT, "The model."),
        Field.of("system", TEXT, "Added to the agent's own instructions."),
        Field.of("context_files", TEXTS, "Put before the prompt."),
        Field.of("timeout", DURATION, "Limit of it.").standard("60"),
        Field.of("working_dir", TEXT, "Relative to the worktree."),
        Field.of("env", new MapOf(TEXT), "Environment entries."),
        Field.of("temperature", ANYTHING, "Ignored: the agent has no such setting.").older(),
        Field.of("max_tokens", ANYTHING, "Ignored: the agent has no such setting.").older());
  }

  private static Block git() {
    return Block.of(
        "git",
        "A git command.",
        Field.of("operation", TEXT, "Any subcommand.").needed(),
        Field.of("args", TEXTS, "Split at spaces."),
        Field.of("message", TEXT, "Of commit."),
        Field.of("branch", TEXT, "The branch."),
        Field.of("remote", TEXT, "The remote repository."),
        Field.of("files", TEXTS, "The files."),
        Field.of("auto_stage", FLAG, "commit: add the files first.").standard("false"));
  }

  private static Block cargo() {
    return Block.of(
        "cargo",
        "A cargo command.",
        Field.of("command", TEXT, "Any subcommand.").needed(),
        Field.of("args", TEXTS, "Split at spaces."),
        Field.of("features", TEXT, "--features"),
        Field.of("package", TEXT, "--package"),
        Field.of("target", TEXT, "--target"),
        Field.of("release", FLAG, "--release").standard("false"),
        Field.of("all_features", FLAG, "--all-features").standard("false"),
        Field.of("no_default_features", FLAG, "--no-default-features").standard("false"),
        Field.of("verbose", FLAG, "--verbose").standard("false"),
        Field.of("quiet", FLAG, "--quiet").standard("false"));
  }

  private static Block file() {
    return Block.of(
        "file",
        "A file of the worktree.",
        Field.of(
                "operation",
                words("read", "write", "append", "delete", "copy", "move", "exists"),
                "What is done.")
            .needed(),
        Field.of("path", TEXT, "The file.").needed(),
        Field.of("content", TEXT, "Of write and append."),
        Field.of("destination", TEXT, "Of copy and move."),
        Field.of("encoding", TEXT, "Of the content.").standard("utf-8"),
        Field.of("create_dirs", FLAG, "Make missing directories.").standard("true"),
        Field.of("overwrite", FLAG, "Replace what is there.").standard("false"));
  }

  private static Block streams() {
    return Block.of(
        "capture_streams",
        "What counts as output, and what is kept beside it.",
        Field.of("stdout", FLAG, "Standard output.").standard("true"),
        Field.of("stderr", FLAG, "Standard error.").standard("false"),
        Field.of("exit_code", FLAG, "${name.exit_code}").standard("true"),
        Field.of("success", FLAG, "${name.success}").standard("true"),
        Field.of("duration", FLAG, "${name.duration}").standard("true"));
  }

  private static Block output() {
    return Block.of(
        "output",
        "A file a step makes.",
        Field.of("file_pattern", TEXT, "A glob, or a part of its name.").needed());
  }

  private static Block commitConfig() {
    return Block.of(
        "commit_config",
        "How changes are committed.",
        Field.of("message_template", TEXT, "The message.")
            .standard("\"Auto-commit: ${step.name}\""),
        Field.of("message_pattern", TEXT, "What it must match."),
        Field.of("sign", FLAG, "Sign it.").standard("false"),
        Field.of("author", TEXT, "Name <mail>."),
        Field.of("include_files", TEXTS, "Only these; globs."),
        Field.of("exclude_files", TEXTS, "Not these; globs."),
        Field.of("squash", FLAG, "All commits of the run become one.").standard("false"));
  }

  private static Block validation() {
    return Block.of(
        "validate",
        "How complete the work must be.",
        Field.of("shell", TEXT, "Measures it.").or("command"),
        Field.of("claude", TEXT, "Measures it."),
        Field.of("commands", STEPS, "Measure it."),
        Field.of("result_file", TEXT, "Where the result is found."),
        Field.of("threshold", new Decimal(0, 100), "Per cent that are enough.").standard("100"),
        Field.of("timeout", DURATION, "Limit of one round."),
        Field.of("expected_schema", oneOf(TEXT, new MapOf(ANYTHING)), "JSON Schema of the result."),
        Field.of(
            "on_incomplete",
            oneOf(TEXT, new Fields("on_incomplete"), STEPS),
            "Fills what is missing."));
  }

  private static Block stepValidation() {
    return Block.of(
        "step_validate",
        "Commands that say yes or no.",
        Field.of(
                "commands",
                oneOf(TEXT, new ListOf(oneOf(TEXT, new Fields("step_check")))),
                "The commands.")
            .needed(),
        Field.of(
                "success_criteria",
                oneOf(words("all", "any"), new Fields("at_least")),
                "How many must say yes.")
            .standard("all"),
        Field.of("max_attempts", new Whole(1), "Rounds.").standard("1"),
        Field.of("retry_delay", DURATION, "Between rounds.").standard("5s"));
  }

  private static Block stepCheck() {
    return Block.of(
        "step_check",
        "One command that says yes or no.",
        Field.of("command", TEXT, "The command.").needed(),
        Field.of("command_type", words("shell", "claude"), "What runs it.").standard("shell"),
        Field.of("expect_output", TEXT, "A regular expression to be found."),
        Field.of("expect_exit_code", new Whole(0), "What counts as yes.").standard("0"));
  }

  private static Block atLeast() {
    return Block.of(
        "at_least",
        "A number of commands.",
        Field.of("at_least", new Whole(1), "So many must say yes.").needed());
  }

  private static Block analyze() {
    return Block.of(
        "analyze",
        "Does nothing any more.",
        Field.of("max_cache_age", ANYTHING, "Means nothing any more.").older(),
        Field.of("force_refresh", ANYTHING, "Means nothing any more.").older(),
        Field.of("save", ANYTHING, "Means nothing any more.").older(),
        Field.of("format", ANYTHING, "Means nothing any more.").older());
  }
}
