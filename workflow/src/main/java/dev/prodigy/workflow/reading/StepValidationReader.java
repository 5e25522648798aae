package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.Limit;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.StepValidation;
import dev.prodigy.workflow.StepValidation.Check;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Reads `step_validate` and the fields that go with it.
final class StepValidationReader {

  private static final int MOST_EXIT_CODE = 255;
  private static final String CLAUDE = "claude:";
  private static final String SHELL = "shell:";

  private enum CommandType {
    SHELL,
    CLAUDE
  }

  private enum Criteria {
    ALL,
    ANY
  }

  private StepValidationReader() {}

  static @Nullable StepValidation read(Mapping step) {
    Value value = step.take("step_validate");
    boolean skip = step.flag("skip_validation", false);
    Limit timeout = Scalars.limit(step, "validation_timeout");
    boolean onlyWarn = step.flag("ignore_validation_failure", false);
    if (value == null) {
      return null;
    }
    StepValidation validation = read(value, timeout, onlyWarn);
    return skip ? null : validation;
  }

  private static StepValidation read(Value value, @Nullable Limit timeout, boolean onlyWarn) {
    if (!value.is(Value.Kind.MAPPING)) {
      List<Check> checks = checks(value);
      return new StepValidation(
          checks, checks.size(), 1, StepValidation.DEFAULT_RETRY_DELAY, timeout, onlyWarn);
    }
    Mapping fields = value.mapping();
    Value commands = fields.require("commands");
    Value criteria = fields.take("success_criteria");
    int attempts = fields.integer("max_attempts", 1, 1);
    Value delay = fields.take("retry_delay");
    fields.finish();
    List<Check> checks = commands == null ? List.of() : checks(commands);
    Duration pause = delay == null ? StepValidation.DEFAULT_RETRY_DELAY : Scalars.duration(delay);
    int needed = criteria == null ? checks.size() : needed(criteria, checks.size());
    return new StepValidation(checks, needed, attempts, pause, timeout, onlyWarn);
  }

  private static int needed(Value criteria, int all) {
    if (!criteria.is(Value.Kind.MAPPING)) {
      return criteria.word(Criteria.ALL) == Criteria.ALL ? all : 1;
    }
    Mapping fields = criteria.mapping();
    Value least = fields.require("at_least");
    fields.finish();
    int needed = least == null ? all : least.integer(1);
    if (least != null && needed > all) {
      least.problem("there are only %d commands".formatted(all));
    }
    return needed;
  }

  private static List<Check> checks(Value value) {
    var checks = new ArrayList<Check>();
    List<Value> entries = value.is(Value.Kind.LIST) ? value.list() : List.of(value);
    for (Value entry : entries) {
      checks.add(check(entry, checks.size()));
    }
    if (checks.isEmpty()) {
      value.problem("must not be empty");
    }
    return checks;
  }

  private static Check check(Value value, int index) {
    if (!value.is(Value.Kind.MAPPING)) {
      return new Check(step(value, null, index), null, 0);
    }
    Mapping fields = value.mapping();
    Value command = fields.require("command");
    Value type = fields.take("command_type");
    Value output = fields.take("expect_output");
    int exitCode = fields.integer("expect_exit_code", 0, 0);
    fields.finish();
    if (exitCode > MOST_EXIT_CODE) {
      value.problem("`expect_exit_code` is at most %d".formatted(MOST_EXIT_CODE));
    }
    CommandType said = type == null ? null : type.word(CommandType.SHELL);
    return new Check(
        step(command == null ? value : command, said, index),
        output == null ? null : Scalars.regex(output),
        exitCode);
  }

  /// @param type null: the text's prefix says it
  private static Step step(Value value, @Nullable CommandType type, int index) {
    String text = value.is(Value.Kind.MAPPING) ? "" : value.text().strip();
    boolean claude = type == null ? text.startsWith(CLAUDE) : type == CommandType.CLAUDE;
    if (text.startsWith(CLAUDE) && claude) {
      text = text.substring(CLAUDE.length()).strip();
    } else if (text.startsWith(SHELL) && !claude) {
      text = text.substring(SHELL.length()).strip();
    }
    Command command =
        claude
            ? new Command.Claude(Scalars.template(value, text, Template.Kind.TEXT))
            : new Command.Shell(Scalars.template(value, text, Template.Kind.SHELL));
    return Step.plain(index, command, value.position());
  }
}
