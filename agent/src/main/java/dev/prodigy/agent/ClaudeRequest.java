package dev.prodigy.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One prompt for Claude.
///
/// @param options of the command line beside ours, such as `--model opus`
/// @param prompt passed verbatim; `/name args` is expanded by Claude itself
/// @param environment complete; what would keep a nested Claude from starting is removed
/// @param log the stream as it arrives, masked, one line each; what Claude writes to stderr goes to
///   `<log>.stderr`, if anything
/// @param events what the stream tells, masked, in its order
/// @param live raw lines of both streams, masked
public record ClaudeRequest(
    List<String> options,
    String prompt,
    Path cwd,
    Map<String, String> environment,
    @Nullable Duration timeout,
    Duration grace,
    Path log,
    SecretMasker masker,
    Consumer<ClaudeEvent> events,
    Consumer<OutputLine> live) {

  public ClaudeRequest {
    options = List.copyOf(options);
    environment = Map.copyOf(environment);
  }
}
