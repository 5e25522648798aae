package dev.prodigy.cli.command;

import org.jspecify.annotations.Nullable;

/// Something a command line gives a value to; [Invocation#get] answers with an `R`.
public sealed interface Parameter<R> permits Option, Argument {

  /// How it is written in usage and messages: `--limit <N>`, `<JOB_ID>`.
  String spelling();

  ValueType<?> type();

  /// The answer, from the values in the order given.
  @Nullable Object answer(java.util.List<Object> values);
}
