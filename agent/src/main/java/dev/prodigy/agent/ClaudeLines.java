package dev.prodigy.agent;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Another program that prints what Claude would.
final class ClaudeLines implements AgentStream {
  private final ClaudeStream stream;

  ClaudeLines(SecretMasker masker, Consumer<AgentEvent> events) {
    stream = new ClaudeStream(masker, events, () -> {});
  }

  @Override
  public void accept(ClaudeStream.Line line) {
    stream.accept(line);
  }

  @Override
  public void end() {
    stream.end();
  }

  @Override
  public String output() {
    return stream.output();
  }

  @Override
  public boolean failed() {
    return stream.isError() || stream.permissionsDenied();
  }

  @Override
  public String complaint() {
    return stream.permissionsDenied()
        ? "permission denied: " + stream.deniedTools()
        : stream.complaint();
  }

  @Override
  public @Nullable String sessionId() {
    return stream.sessionId();
  }

  @Override
  public @Nullable Usage usage() {
    return stream.usage();
  }
}
