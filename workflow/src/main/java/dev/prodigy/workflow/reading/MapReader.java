package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.AgentTimeouts;
import dev.prodigy.workflow.ItemValidation;
import dev.prodigy.workflow.Limit;
import dev.prodigy.workflow.MapBlock;
import dev.prodigy.workflow.MapInput;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.WorkflowLoader;
import dev.prodigy.workflow.expression.Expression;
import dev.prodigy.workflow.expression.ItemPipeline;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads `map`.
final class MapReader {

  private static final Pattern COMMAND_TIMEOUT =
      Pattern.compile("(shell|claude|test|foreach|write_file|handler)(_\\d{1,4})?");

  private final StepReader steps;

  MapReader(StepReader steps) {
    this.steps = steps;
  }

  /// @param map its error policy already taken
  /// @param setup whether there is a setup, which may leave the input behind
  MapBlock read(Mapping map, boolean setup) {
    Value input = setup ? map.take("input") : map.require("input");
    Value maxParallel = map.take("max_parallel");
    Value template = map.require("agent_template");
    AgentTimeouts timeouts = timeouts(map);
    Value validation = map.take("validation");
    Selection selection = selection(map);
    map.finish();
    return new MapBlock(
        input == null ? null : input(input),
        selection.pipeline(),
        maxParallel == null ? null : Scalars.integer(maxParallel),
        template == null ? List.of() : template(template),
        timeouts,
        validation == null ? null : validation(validation.mapping()),
        selection.jsonPath(),
        selection.filter(),
        selection.sortBy(),
        selection.distinct(),
        selection.offset(),
        selection.maxItems());
  }

  private static MapInput input(Value value) {
    if (value.is(Value.Kind.LIST) || value.is(Value.Kind.MAPPING)) {
      return new MapInput.Inline(value.json());
    }
    if (value.scalar().isBlank()) {
      value.expected("a file, a command, or a list of work items");
    }
    return new MapInput.Text(Scalars.template(value, Template.Kind.TEXT));
  }

  private List<Step> template(Value value) {
    Value list = value;
    if (value.is(Value.Kind.MAPPING)) {
      Mapping mapping = value.mapping();
      value.suggest(WorkflowLoader.NESTED_COMMANDS);
      list = mapping.require("commands");
      mapping.finish();
    }
    if (list == null) {
      return List.of();
    }
    if (list.is(Value.Kind.LIST) && list.list().isEmpty()) {
      list.problem("must not be empty");
    }
    return steps.steps(list, StepContext.of("agent_template "));
  }

  private record Selection(
      ItemPipeline pipeline,
      @Nullable String jsonPath,
      @Nullable String filter,
      @Nullable String sortBy,
      @Nullable String distinct,
      int offset,
      @Nullable Integer maxItems) {}

  /// Each text is checked by itself, so that a problem is told where it is.
  private static Selection selection(Mapping map) {
    Value jsonPath = map.take("json_path");
    Value filter = map.take("filter");
    Value sortBy = map.take("sort_by");
    Value distinct = map.take("distinct");
    int offset = map.integer("offset", 0, 0);
    Value maxItems = map.take("max_items", "limit");
    Integer most = maxItems == null ? null : (Integer) maxItems.integer(0);
    String path = valid(jsonPath, text -> pipeline(text, null, null, null));
    String keep = valid(filter, text -> Expression.parse(text, Expression.Dialect.FILTER));
    String order = valid(sortBy, text -> pipeline(null, null, text, null));
    String once = valid(distinct, text -> pipeline(null, null, null, text));
    return new Selection(
        ItemPipeline.of(path, keep, order, once, offset, most),
        path,
        keep,
        order,
        once,
        offset,
        most);
  }

  private static ItemPipeline pipeline(
      @Nullable String jsonPath,
      @Nullable String filter,
      @Nullable String sortBy,
      @Nullable String distinct) {
    return ItemPipeline.of(jsonPath, filter, sortBy, distinct, 0, null);
  }

  private interface TextParser {
    Object parse(String text);
  }

  /// The text if there is one and it can be parsed.
  private static @Nullable String valid(@Nullable Value value, TextParser parser) {
    if (value == null || value.text().isBlank()) {
      return null;
    }
    Object parsed =
        Scalars.<@Nullable Object>checked(value, null, () -> parser.parse(value.text()));
    return parsed == null ? null : value.text();
  }

  private static AgentTimeouts timeouts(Mapping map) {
    Limit agent = Scalars.limit(map, "agent_timeout_secs");
    Value value = map.take("timeout_config");
    AgentTimeouts standard = AgentTimeouts.NONE;
    if (value == null) {
      return new AgentTimeouts(
          agent, standard.policy(), Map.of(), standard.action(), standard.grace());
    }
    Mapping config = value.mapping();
    Limit inner = Scalars.limit(config, "agent_timeout_secs");
    var policy = config.word("timeout_policy", standard.policy());
    Map<String, Limit> commands = commandTimeouts(config.take("command_timeouts"));
    var action = config.word("timeout_action", standard.action());
    Value grace = config.take("cleanup_grace_period_secs");
    Duration graceTime = grace == null ? standard.grace() : Scalars.duration(grace);
    Value monitoring = config.take("enable_monitoring");
    if (monitoring != null && !monitoring.flag()) {
      monitoring.problem("limits are always watched in this version: leave it out, or write true");
    }
    config.finish();
    if (agent == null) {
      agent = inner == null ? Limit.of(AgentTimeouts.DEFAULT_AGENT) : inner;
    }
    return new AgentTimeouts(agent, policy, commands, action, graceTime);
  }

  private static Map<String, Limit> commandTimeouts(@Nullable Value value) {
    var limits = new LinkedHashMap<String, Limit>();
    if (value == null) {
      return limits;
    }
    value
        .mapping()
        .entries()
        .forEach(
            (name, limit) -> {
              if (!COMMAND_TIMEOUT.matcher(name).matches()) {
                limit.problem(
                    "expected a command type, or one with a number (claude, shell_1), got `%s`"
                        .formatted(name));
              }
              limits.put(name, Scalars.limit(limit));
            });
    return limits;
  }

  private static ItemValidation validation(Mapping mapping) {
    Value schema = mapping.require("schema");
    var onFailure = mapping.word("on_failure", ItemValidation.Action.DLQ);
    mapping.finish();
    var types = new LinkedHashMap<String, ItemValidation.FieldType>();
    if (schema == null) {
      return new ItemValidation(List.of(), types, onFailure);
    }
    Mapping fields = schema.mapping();
    Value required = fields.take("required_fields");
    Value fieldTypes = fields.take("field_types");
    fields.finish();
    if (fieldTypes != null) {
      fieldTypes.mapping().entries().forEach((name, type) -> types.put(name, fieldType(type)));
    }
    return new ItemValidation(
        required == null ? List.of() : required.list().stream().map(Value::text).toList(),
        types,
        onFailure);
  }

  /// An unquoted `null` is meant as the word.
  private static ItemValidation.FieldType fieldType(Value value) {
    return value.is(Value.Kind.NOTHING)
        ? ItemValidation.FieldType.NULL
        : value.word(ItemValidation.FieldType.STRING);
  }
}
