package dev.prodigy.cli.command;

import java.util.List;

/// Something a command line gives a value to; [Invocation#get] answers with an `R`.
public sealed interface Parameter<R> permits Option, Argument {

  /// How it is written in usage and messages: `--limit <N>`, `<JOB_ID>`.
  String spelling();

  ValueType<?> type();

  /// The answer, from the values in the order given.
  Object answer(List<Object> values);
}
