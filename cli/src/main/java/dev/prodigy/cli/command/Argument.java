package dev.prodigy.cli.command;

import java.util.List;
import java.util.Optional;

/// A value told by its place on the command line.
///
/// @param <R> what [Invocation#get] answers: a value, an Optional or a list
public final class Argument<R> implements Parameter<R> {

  private enum Kind {
    REQUIRED,
    OPTIONAL,
    REST
  }

  private final Kind kind;
  private final String metavar;
  private final ValueType<?> type;
  private final String help;

  private Argument(Kind kind, String metavar, ValueType<?> type, String help) {
    this.kind = kind;
    this.metavar = metavar;
    this.type = type;
    this.help = help;
  }

  public static <V> Argument<V> required(String metavar, ValueType<V> type, String help) {
    return new Argument<>(Kind.REQUIRED, metavar, type, help);
  }

  public static <V> Argument<Optional<V>> optional(String metavar, ValueType<V> type, String help) {
    return new Argument<>(Kind.OPTIONAL, metavar, type, help);
  }

  /// All that follow; must be a command's last argument.
  public static <V> Argument<List<V>> rest(String metavar, ValueType<V> type, String help) {
    return new Argument<>(Kind.REST, metavar, type, help);
  }

  boolean isRequired() {
    return kind == Kind.REQUIRED;
  }

  boolean takesRest() {
    return kind == Kind.REST;
  }

  String help() {
    return help;
  }

  /// As in a usage line: `<ID>`, `[ID]`, `[ID]...`.
  String usage() {
    return switch (kind) {
      case REQUIRED -> "<" + metavar + ">";
      case OPTIONAL -> "[" + metavar + "]";
      case REST -> "[" + metavar + "]...";
    };
  }

  @Override
  public ValueType<?> type() {
    return type;
  }

  @Override
  public String spelling() {
    return "<" + metavar + ">";
  }

  @Override
  public Object answer(List<Object> values) {
    return switch (kind) {
      case REQUIRED -> values.getFirst();
      case OPTIONAL -> values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
      case REST -> List.copyOf(values);
    };
  }
}
