package dev.prodigy.workflow.reading;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.workflow.DurationText;
import dev.prodigy.workflow.IntValue;
import dev.prodigy.workflow.Limit;
import dev.prodigy.workflow.expression.Expression;
import dev.prodigy.workflow.expression.ExpressionException;
import dev.prodigy.workflow.expression.JsonPath;
import dev.prodigy.workflow.expression.Template;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Values that are a small language of their own: durations, templates, expressions, patterns.
final class Scalars {

  private static final String DURATION = "seconds or a duration";

  private Scalars() {}

  /// Stand-in: zero.
  static Duration duration(Value value) {
    if (value.is(Value.Kind.MAPPING)) {
      return secondsAndNanos(value.mapping());
    }
    if (!value.isScalar() || value.is(Value.Kind.BOOLEAN)) {
      value.expected(ErrorCode.CONFIG_INVALID_VALUE, DURATION);
      return Duration.ZERO;
    }
    return value
        .variable()
        .map(name -> fromVariable(name, value))
        .orElseGet(() -> DurationText.parse(value.scalar()).orElseGet(() -> badDuration(value)));
  }

  private static Duration fromVariable(String name, Value value) {
    Optional<String> text = value.lookUp(name);
    Optional<Duration> duration = text.flatMap(DurationText::parse);
    if (text.isPresent() && duration.isEmpty()) {
      value.unusable(name, text.get(), DURATION);
    }
    return duration.orElse(Duration.ZERO);
  }

  private static Duration badDuration(Value value) {
    value.problem(
        ErrorCode.CONFIG_INVALID_VALUE,
        value.scalar().startsWith("-")
            ? "must not be negative, is %s".formatted(value.scalar())
            : "Invalid duration format: '%s' (use e.g. 30d, 12h, 45m)".formatted(value.scalar()));
    return Duration.ZERO;
  }

  private static Duration secondsAndNanos(Mapping mapping) {
    var seconds = mapping.integer("secs", 0, 0);
    var nanos = mapping.integer("nanos", 0, 0);
    mapping.finish();
    return Duration.ofSeconds(seconds, nanos);
  }

  /// A duration under its name, or a number of milliseconds under `<name>_ms`.
  static @Nullable Duration duration(Mapping mapping, String name) {
    Value value = mapping.take(name);
    Value millis = mapping.take(name + "_ms");
    if (value != null && millis != null) {
      millis.problem("`%s` and `%s_ms` are the same: give one of them".formatted(name, name));
    }
    if (value != null) {
      return duration(value);
    }
    return millis == null ? null : Duration.ofMillis(millis.integer(0));
  }

  static @Nullable Limit limit(Mapping mapping, String name, String... aliases) {
    Value value = mapping.take(name, aliases);
    return value == null ? null : limit(value);
  }

  static Limit limit(Value value) {
    Optional<String> variable = value.variable();
    if (variable.isPresent()) {
      return new Limit.FromVariable(variable.get());
    }
    if (value.is(Value.Kind.LIST) || value.is(Value.Kind.MAPPING)) {
      value.expected(ErrorCode.CONFIG_INVALID_VALUE, DURATION);
      return Limit.of(Duration.ZERO);
    }
    if (DurationText.parse(value.scalar()).filter(Duration::isZero).isPresent()) {
      value.problem(ErrorCode.CONFIG_INVALID_VALUE, "must be more than 0");
    }
    return Limit.of(duration(value));
  }

  static IntValue integer(Value value) {
    return value
        .variable()
        .<IntValue>map(IntValue.FromVariable::new)
        .orElseGet(() -> IntValue.of(value.integer(1)));
  }

  static @Nullable Template template(Mapping mapping, String name, String... aliases) {
    Value value = mapping.take(name, aliases);
    return value == null ? null : template(value, Template.Kind.TEXT);
  }

  static Template template(Value value, Template.Kind kind) {
    return template(value, value.text(), kind);
  }

  /// @param text the value's own or made of it
  static Template template(Value value, String text, Template.Kind kind) {
    Template template = checked(value, Template.literal(text), () -> Template.parse(text, kind));
    value.made(template);
    return template;
  }

  /// As a prompt if it begins with `/`, else as a shell command.
  static Template command(Value value) {
    return command(value, value.text().strip());
  }

  /// @param text the value's own or made of it
  static Template command(Value value, String text) {
    return template(value, text, text.startsWith("/") ? Template.Kind.TEXT : Template.Kind.SHELL);
  }

  static @Nullable Expression expression(Value value, Expression.Dialect dialect) {
    String text = value.text();
    Expression expression =
        text.isEmpty()
            ? null
            : Scalars.<@Nullable Expression>checked(
                value, null, () -> Expression.parse(text, dialect));
    if (expression != null) {
      value.made(expression);
    }
    return expression;
  }

  static void checkPath(Value value) {
    String text = value.text();
    var _ = checked(value, null, () -> JsonPath.parse(text));
  }

  static @Nullable Pattern regex(Value value) {
    String text = value.text();
    try {
      return Pattern.compile(text);
    } catch (PatternSyntaxException e) {
      value.problemAt(
          Math.max(e.getIndex(), 0),
          ErrorCode.CONFIG_INVALID_VALUE,
          "not a regular expression: " + e.getDescription());
      return null;
    }
  }

  /// What the parser makes of the value; if it refuses, a problem at the offset it names, and the
  /// stand-in.
  static <T extends @Nullable Object> T checked(Value value, T standIn, Supplier<T> parser) {
    try {
      return parser.get();
    } catch (ExpressionException e) {
      value.problemAt(e.offset(), ErrorCode.WORKFLOW_SYNTAX, e.message());
      return standIn;
    }
  }
}
