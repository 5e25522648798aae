package dev.prodigy.cli.command;

import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/// A command line understood: the command and the values given.
public final class Parsed {
  private final Command command;
  private final IdentityHashMap<Parameter<?>, List<Object>> values = new IdentityHashMap<>();

  Parsed(Command command) {
    this.command = command;
  }

  public Command command() {
    return command;
  }

  void add(Parameter<?> parameter, Object value) {
    values.computeIfAbsent(parameter, _ -> new ArrayList<>(1)).add(value);
  }

  boolean has(Parameter<?> parameter) {
    return values.containsKey(parameter);
  }

  @SuppressWarnings("unchecked") // a Parameter<R> makes its answer of values of its own type
  public <R> R get(Parameter<R> parameter) {
    return (R) parameter.answer(values.getOrDefault(parameter, List.of()));
  }
}
