package dev.prodigy.workflow.reading;

/// Where a list of steps stands, as far as it matters for reading them.
///
/// @param prefix before `step 3` in messages: `setup `, or empty
/// @param retryDefaults whether `retry_defaults` reach these steps
/// @param handlerText whether a bare text is a shell command unless it begins with `/`; in an
///   ordinary list it is always a prompt
/// @param handlerDepth failure handlers around these steps
/// @param pairs whether a mapping may hold `shell` and `claude`, run in this order
/// @param shared whether others work in the same files at the same time
record StepContext(
    String prefix,
    boolean retryDefaults,
    boolean handlerText,
    int handlerDepth,
    boolean pairs,
    boolean shared) {

  static StepContext of(String prefix) {
    return new StepContext(prefix, true, false, 0, false, false);
  }

  StepContext successOf(String subject) {
    return new StepContext(
        subject + ", on_success ", retryDefaults, false, handlerDepth, true, shared);
  }

  StepContext exitCodeOf(String subject, String code) {
    return new StepContext(
        subject + ", on_exit_code " + code + " ",
        retryDefaults,
        false,
        handlerDepth,
        false,
        shared);
  }

  StepContext handlerOf(String subject) {
    return new StepContext(subject + ", on_failure ", false, true, handlerDepth + 1, true, shared);
  }

  StepContext itemsOf(String subject, boolean parallel) {
    return new StepContext(
        subject + ", do ", retryDefaults, false, handlerDepth, false, shared || parallel);
  }

  String subject(int index, String display) {
    return prefix + "step " + (index + 1) + (display.isEmpty() ? "" : " (`" + display + "`)");
  }
}
