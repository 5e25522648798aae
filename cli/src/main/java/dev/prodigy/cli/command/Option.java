package dev.prodigy.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// An option of one or several commands. Made by a fluent definition, kept in a constant, never
/// changed afterwards.
///
/// @param <R> what [Invocation#get] answers: a Boolean, a number of times, an Optional, a value
///   (with a default) or a list
public final class Option<R> implements Parameter<R> {

  enum Kind {
    FLAG,
    TOGGLE,
    COUNTED,
    SINGLE,
    REPEATED
  }

  private final Kind kind;
  private final String name;
  private final String metavar;
  private final ValueType<?> type;
  private final String help;
  private final List<String> synonyms = new ArrayList<>(0);
  private @Nullable Object fallback;
  private char letter;
  private boolean hidden;
  private List<Option<?>> opposed = List.of();

  private Option(Kind kind, String name, String metavar, ValueType<?> type, String help) {
    this.kind = kind;
    this.name = name;
    this.metavar = metavar;
    this.type = type;
    this.help = help;
  }

  /// Given or not.
  public static Option<Boolean> flag(String name, String help) {
    return new Option<>(Kind.FLAG, name, "", Values.TEXT, help);
  }

  /// On or off: `--name`, `--name=true`, `--name=false`.
  public static Option<Boolean> toggle(String name, String help, boolean fallback) {
    var option = new Option<Boolean>(Kind.TOGGLE, name, "", Values.BOOLEAN, help);
    option.fallback = fallback;
    return option;
  }

  /// Given so many times: `-vv`.
  public static Option<Integer> counted(String name, String help) {
    return new Option<>(Kind.COUNTED, name, "", Values.TEXT, help);
  }

  /// Given at most once; giving it twice is an error.
  public static <V> Option<Optional<V>> value(
      String name, String metavar, ValueType<V> type, String help) {
    return new Option<>(Kind.SINGLE, name, metavar, type, help);
  }

  /// Like [#value], with an answer when not given.
  public static <V> Option<V> value(
      String name, String metavar, ValueType<V> type, String help, V fallback) {
    var option = new Option<V>(Kind.SINGLE, name, metavar, type, help);
    option.fallback = fallback;
    return option;
  }

  /// Each occurrence adds one.
  public static <V> Option<List<V>> repeated(
      String name, String metavar, ValueType<V> type, String help) {
    return new Option<>(Kind.REPEATED, name, metavar, type, help);
  }

  /// Also as `-x`.
  public Option<R> letter(char letter) {
    this.letter = letter;
    return this;
  }

  /// Also under another name, not shown in help.
  public Option<R> synonym(String other) {
    synonyms.add(other);
    return this;
  }

  /// Works but is not shown in help.
  public Option<R> hidden() {
    hidden = true;
    return this;
  }

  /// Cannot be given together with any of these.
  public Option<R> not(Option<?>... others) {
    opposed = List.of(others);
    return this;
  }

  public String name() {
    return name;
  }

  boolean matches(String longName) {
    return name.equals(longName) || synonyms.contains(longName);
  }

  char letter() {
    return letter;
  }

  boolean isHidden() {
    return hidden;
  }

  boolean takesValue() {
    return kind == Kind.SINGLE || kind == Kind.REPEATED;
  }

  /// Whether a value may be given, but only after `=`.
  boolean isToggle() {
    return kind == Kind.TOGGLE;
  }

  boolean once() {
    return kind == Kind.SINGLE || kind == Kind.TOGGLE;
  }

  boolean repeats() {
    return kind == Kind.REPEATED || kind == Kind.COUNTED;
  }

  List<Option<?>> opposed() {
    return opposed;
  }

  String metavar() {
    return metavar;
  }

  String help() {
    return help;
  }

  @Nullable Object fallback() {
    return fallback;
  }

  @Override
  public ValueType<?> type() {
    return type;
  }

  @Override
  public String spelling() {
    return takesValue()
        ? "--" + name + " <" + metavar + ">"
        : "--" + name + (isToggle() ? "[=true|false]" : "");
  }

  @Override
  public Object answer(List<Object> values) {
    return switch (kind) {
      case FLAG -> !values.isEmpty();
      case COUNTED -> values.size();
      case REPEATED -> List.copyOf(values);
      case SINGLE, TOGGLE -> {
        if (fallback == null) {
          yield values.isEmpty() ? Optional.empty() : Optional.of(values.getFirst());
        }
        yield values.isEmpty() ? fallback : values.getFirst();
      }
    };
  }
}
