package dev.prodigy.workflow.schema;

import static dev.prodigy.workflow.schema.Language.ANYTHING;
import static dev.prodigy.workflow.schema.Language.DURATION;
import static dev.prodigy.workflow.schema.Language.FLAG;
import static dev.prodigy.workflow.schema.Language.STEPS;
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

/// What only MapReduce workflows have.
final class JobLanguage {

  private JobLanguage() {}

  static List<Block> blocks() {
    return List.of(
        setup(),
        captureOutput(),
        map(),
        timeouts(),
        itemValidation(),
        itemSchema(),
        errorPolicy(),
        customAction(),
        batched(),
        batch(),
        checkpoint());
  }

  /// What may stand in `error_policy`, beside it, and under `map`.
  static List<Field> policies() {
    var fields = new ArrayList<Field>();
    fields.add(Field.of("error_policy", new Fields("error_policy"), "What failed items lead to."));
    fields.addAll(shorthands());
    return fields;
  }

  private static List<Field> shorthands() {
    return List.of(
        Field.of(
            "on_item_failure",
            oneOf(TEXT, new Fields("custom_action")),
            "dlq, retry, skip, stop, or custom:<command>."),
        Field.of("continue_on_failure", FLAG, "false: stop at the first failed item."),
        Field.of("max_failures", new Whole(1), "Stop at so many."),
        Field.of("failure_threshold", new Decimal(0, 1), "Stop at this share."),
        Field.of(
            "error_collection",
            oneOf(TEXT, new Fields("batched")),
            "aggregate, immediate, or batched:N."));
  }

  private static Block setup() {
    return Block.of(
        "setup",
        "Runs once, before items are read.",
        Field.of("commands", STEPS, "The steps.").needed(),
        Field.of("timeout", DURATION, "Limit of all of them."),
        Field.of(
            "capture_outputs",
            new MapOf(oneOf(new Whole(0), new Fields("capture_output"))),
            "Variables from what its steps print."));
  }

  private static Block captureOutput() {
    return Block.of(
        "capture_output",
        "A variable from what a step prints.",
        Field.of("command_index", new Whole(0), "Which step, from 0.").needed(),
        Field.of("source", words("stdout", "stderr", "both", "combined"), "Which stream.")
            .standard("stdout"),
        Field.of("max_size", new Whole(1), "Bytes.").standard("1048576"),
        Field.of("pattern", TEXT, "A regular expression; its first group."),
        Field.of(
                "multiline",
                words("preserve", "join", "first_line", "last_line", "array"),
                "What becomes of lines.")
            .standard("preserve"),
        Field.of("json_path", TEXT, "Into JSON output."),
        Field.of("default", TEXT, "If nothing is found."));
  }

  private static Block map() {
    var fields = new ArrayList<Field>();
    fields.addAll(
        List.of(
            Field.of("input", oneOf(TEXT, new ListOf(ANYTHING), new MapOf(ANYTHING)), "The items."),
            Field.of("json_path", TEXT, "Where in the input they are."),
            Field.of("filter", TEXT, "Only items for which this holds."),
            Field.of("sort_by", TEXT, "Their order."),
            Field.of("distinct", TEXT, "Only one of each of these."),
            Field.of("offset", new Whole(0), "Leave out the first.").standard("0"),
            Field.of("max_items", new Whole(0), "At most so many.").or("limit"),
            Field.of("max_parallel", new Whole(1), "Agents at once.").standard("10"),
            Field.of(
                    "agent_template",
                    oneOf(STEPS, new Fields("steps")),
                    "What is done with each item.")
                .needed(),
            Field.of("agent_timeout_secs", DURATION, "Limit of an agent."),
            Field.of("timeout_config", new Fields("timeout_config"), "Limits in detail."),
            Field.of("validation", new Fields("item_validation"), "What items must look like.")));
    fields.addAll(policies());
    return Block.of("map", "Which items, and what is done with each.", fields);
  }

  private static Block timeouts() {
    return Block.of(
        "timeout_config",
        "Limits of agents.",
        Field.of("agent_timeout_secs", DURATION, "Limit of an agent.").standard("600"),
        Field.of("timeout_policy", words("per_agent", "per_command", "hybrid"), "What is limited.")
            .standard("per_agent"),
        Field.of("command_timeouts", new MapOf(DURATION), "By type: claude, shell_1."),
        Field.of(
                "timeout_action",
                words("dlq", "skip", "fail", "graceful_terminate", "retry"),
                "What happens then.")
            .standard("dlq"),
        Field.of("cleanup_grace_period_secs", DURATION, "From asking to killing.").standard("30"),
        Field.of("enable_monitoring", FLAG, "Always true.").standard("true"));
  }

  private static Block itemValidation() {
    return Block.of(
        "item_validation",
        "What items must look like.",
        Field.of("schema", new Fields("item_schema"), "Fields and their types.").needed(),
        Field.of("on_failure", words("dlq", "fail", "skip"), "What becomes of others.")
            .standard("dlq"));
  }

  private static Block itemSchema() {
    return Block.of(
        "item_schema",
        "Fields of items.",
        Field.of("required_fields", new ListOf(TEXT), "Must be there."),
        Field.of("field_types", new MapOf(ANYTHING), "string, number, boolean, array, ..."));
  }

  private static Block errorPolicy() {
    var fields = new ArrayList<Field>();
    fields.addAll(shorthands());
    fields.add(Field.of("retry_config", RetryLanguage.RETRY, "Items are tried again.").or("retry"));
    fields.add(
        Field.of("circuit_breaker", new Fields("circuit_breaker"), "No new agents for a while."));
    return Block.of("error_policy", "What failed items lead to.", fields);
  }

  private static Block customAction() {
    return Block.of(
        "custom_action",
        "A command for failed items.",
        Field.of("custom", TEXT, "Exit code 0: the item is skipped.").needed());
  }

  private static Block batched() {
    return Block.of(
        "batched",
        "Errors are told in batches.",
        Field.of("batched", new Fields("batch"), "How many at once.").needed());
  }

  private static Block batch() {
    return Block.of(
        "batch",
        "Errors are told in batches.",
        Field.of("size", new Whole(1), "So many at once.").standard("10"));
  }

  private static Block checkpoint() {
    return Block.of(
        "checkpoint",
        "How often progress is kept.",
        Field.of("interval_items", new Whole(1), "After so many items.").standard("100"),
        Field.of("interval_duration", DURATION, "After so long.").standard("300s"),
        Field.of("interval_duration_ms", new Whole(0), "The same in milliseconds.").older(),
        Field.of("max_checkpoints", new Whole(1), "So many are kept.").standard("10"),
        Field.of("max_age", DURATION, "None older than this is.").standard("7d"),
        Field.of("max_age_ms", new Whole(0), "The same in milliseconds.").older(),
        Field.of("keep_final", FLAG, "The last one stays.").standard("true"));
  }
}
