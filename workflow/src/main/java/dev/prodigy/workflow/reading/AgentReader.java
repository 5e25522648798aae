package dev.prodigy.workflow.reading;

import dev.prodigy.model.AgentDefinitions;
import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Reads steps for agents other than Claude, and the definitions of such agents.
final class AgentReader {
  /// Fields that belong to `agent: name`.
  static final List<String> FIELDS = List.of("prompt", "model", "run");

  private static final String SHELL = "shell";

  /// Parts that are fields of every step.
  private static final List<String> OF_STEP = List.of("timeout", "env");

  private AgentReader() {}

  static AgentDefinitions definitions(@Nullable Value agents, @Nullable Value standard) {
    Map<String, JsonNode> byName = new HashMap<>();
    if (agents != null) {
      agents
          .mapping()
          .entries()
          .forEach(
              (name, value) -> {
                JsonNode said = value.json();
                AgentDefinitions.check(name, said, (key, text) -> problem(value, key, text));
                byName.put(name, said);
              });
    }
    return new AgentDefinitions(byName, standard == null ? null : standard.text().strip());
  }

  private static void problem(Value definition, String key, String text) {
    Value at = key.isEmpty() ? null : definition.peek(key);
    (at == null ? definition : at).problem(text);
  }

  /// `agent: name` with `prompt` beside it, or all in one mapping.
  static Command step(Value value, Mapping step) {
    if (!value.is(Value.Kind.MAPPING)) {
      return command(value, step, step, List.of());
    }
    Mapping fields = value.mapping();
    Value name = fields.require("name");
    Value args = fields.take("args");
    for (String field : OF_STEP) {
      Value own = fields.take(field);
      if (own != null && !step.has(field)) {
        step.replace(field, own);
      }
    }
    Command command =
        command(
            name == null ? value.textOf(SHELL) : name,
            fields,
            step,
            args == null
                ? List.of()
                : args.list().stream()
                    .map(each -> Scalars.template(each, Template.Kind.TEXT))
                    .toList());
    fields.finish();
    return command;
  }

  private static Command command(Value name, Mapping fields, Mapping step, List<Template> args) {
    Value prompt = fields.take("prompt");
    Value run = fields.take("run");
    String which = name.text().strip();
    if (which.isEmpty()) {
      name.problem("must not be empty");
    }
    if (which.equals(SHELL) && run == null) {
      step.owner().problem("`run` is missing: what the agent `shell` runs");
    }
    if (!which.equals(SHELL) && run != null) {
      run.problem("only the agent `shell` has `run`");
    }
    if (prompt == null && run == null) {
      step.owner().problem("`prompt` is missing: what the agent `%s` is to do".formatted(which));
    }
    return new Command.Agent(
        which,
        prompt == null ? Template.literal("") : Scalars.template(prompt, Template.Kind.TEXT),
        Scalars.template(fields, "model"),
        args,
        run == null ? null : Scalars.template(run, Template.Kind.SHELL));
  }
}
