package dev.prodigy.workflow.reading;

import org.jspecify.annotations.Nullable;

/// Where a list of steps stands, as far as it matters for reading them.
///
/// @param prefix before `step 3` in messages: `setup `, or empty
/// @param retryDefaults whether `retry_defaults` reach these steps
/// @param handlerText whether a bare text is a shell command unless it begins with `/`; in an
///   ordinary list it is always a prompt
/// @param handlerDepth failure handlers around these steps
/// @param pairs whether a mapping may hold `shell` and `claude`, run in this order
/// @param shared whether others work in the same files at the same time
/// @param lifted takes fields of these steps that speak for the whole list
record StepContext(
    String prefix,
    boolean retryDefaults,
    boolean handlerText,
    int handlerDepth,
    boolean pairs,
    boolean shared,
    @Nullable Lifted lifted) {

  static StepContext of(String prefix) {
    return new StepContext(prefix, true, false, 0, false, false, null);
  }

  StepContext successOf(String subject) {
    return new StepContext(
        subject + ", on_success ", retryDefaults, false, handlerDepth, true, shared, null);
  }

  StepContext exitCodeOf(String subject, String code) {
    return new StepContext(
        subject + ", on_exit_code " + code + " ",
        retryDefaults,
        false,
        handlerDepth,
        false,
        shared,
        null);
  }

  StepContext handlerOf(String subject) {
    return new StepContext(
        subject + ", on_failure ", false, true, handlerDepth + 1, true, shared, null);
  }

  StepContext itemsOf(String subject, boolean parallel) {
    return new StepContext(
        subject + ", do ", retryDefaults, false, handlerDepth, false, shared || parallel, null);
  }

  /// Steps that belong to a field of a step: they stand for one of its commands, and a bare text
  /// among them is read as in a handler.
  StepContext partOf(String subject, String field) {
    return new StepContext(
        subject + ", " + field + " ", false, true, handlerDepth, false, shared, null);
  }

  /// Steps within a field of these steps' own.
  StepContext nested(String field) {
    return new StepContext(prefix + field + " ", false, true, handlerDepth, false, shared, null);
  }

  StepContext lifting(Lifted fields) {
    return new StepContext(prefix, retryDefaults, handlerText, handlerDepth, pairs, shared, fields);
  }

  String subject(int index, String display) {
    return prefix + "step " + (index + 1) + (display.isEmpty() ? "" : " (`" + display + "`)");
  }
}
