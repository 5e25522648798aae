package dev.prodigy.agent;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One prompt for an agent.
///
/// @param options further arguments of the command line
/// @param model null: what the settings say
/// @param prompt passed verbatim to Claude, which expands `/name args` itself
/// @param environment complete; what would keep a nested Claude from starting is removed
/// @param log the stream as it arrives, masked, one line each; what Claude writes to stderr goes to
///   `<log>.stderr`, if anything
/// @param events what the stream tells, masked, in its order
/// @param live raw lines of both streams, masked
public record AgentRequest(
    List<String> options,
    @Nullable String model,
    String prompt,
    Path cwd,
    Map<String, String> environment,
    @Nullable Duration timeout,
    Duration grace,
    Path log,
    SecretMasker masker,
    Consumer<AgentEvent> events,
    Consumer<OutputLine> live) {

  public AgentRequest {
    options = List.copyOf(options);
    environment = Map.copyOf(environment);
  }
}
