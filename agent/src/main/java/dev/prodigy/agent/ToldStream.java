package dev.prodigy.agent;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A stream of lines, each of which a format turns into what it tells.
final class ToldStream implements AgentStream {

  /// Turns a line into what it tells.
  interface Format {
    void line(ClaudeStream.Line line, Told told);
  }

  private final Told told;
  private final Format format;

  ToldStream(Told told, Format format) {
    this.told = told;
    this.format = format;
  }

  @Override
  public void accept(ClaudeStream.Line line) {
    format.line(line, told);
  }

  @Override
  public void end() {
    told.end();
  }

  @Override
  public String output() {
    String last = told.last;
    return last == null ? told.answer.text() : last;
  }

  @Override
  public boolean failed() {
    return told.error != null;
  }

  @Override
  public String complaint() {
    return told.error == null ? "" : told.error;
  }

  @Override
  public @Nullable String sessionId() {
    return told.session;
  }

  @Override
  public @Nullable Usage usage() {
    return told.usage;
  }

  /// Collects what is told, and passes it on as events.
  static final class Told {
    private static final String UNKNOWN = "unknown";

    private final String provider;
    private final SecretMasker masker;
    private final Consumer<AgentEvent> events;
    private final BoundedOutput answer = new BoundedOutput();
    private final long start = System.nanoTime();
    private @Nullable String last;
    private @Nullable String session;
    private @Nullable String model;
    private @Nullable String error;
    private @Nullable Usage usage;
    private int turns;

    Told(String provider, SecretMasker masker, Consumer<AgentEvent> events) {
      this.provider = provider;
      this.masker = masker;
      this.events = events;
    }

    void session(String id, String ofModel) {
      session = id;
      model = ofModel.isEmpty() ? UNKNOWN : ofModel;
      events.accept(new AgentEvent.SessionStarted(id, model, List.of(), provider));
    }

    /// A whole message; the last one is the answer.
    void message(String text) {
      last = text;
      events.accept(new AgentEvent.Message(masker.mask(text), "text"));
    }

    /// A part of the answer, which is all parts together.
    void part(String text) {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      answer.accept(bytes, bytes.length);
    }

    void tool(String name, String id, JsonNode parameters) {
      events.accept(
          new AgentEvent.ToolInvoked(
              name.isEmpty() ? UNKNOWN : name,
              id.isEmpty() ? UNKNOWN : id,
              masker.mask(parameters)));
    }

    /// Of one turn; turns add up.
    void usage(long input, long output, long cached, @Nullable Double cost) {
      turns++;
      var more = new Usage(input, output, cached, 0, cost, 1, false);
      usage = usage == null ? more : usage.plus(more);
    }

    void error(String text) {
      error = text.isBlank() ? "it reported an error" : text.strip();
    }

    /// What went wrong before was made good.
    void recovered() {
      error = null;
    }

    private void end() {
      Usage total = usage;
      if (last == null && answer.totalBytes() > 0) {
        events.accept(new AgentEvent.Message(masker.mask(answer.text()), "text"));
      }
      if (total != null) {
        events.accept(
            new AgentEvent.TokenUsage(
                total.inputTokens(),
                total.outputTokens(),
                total.cacheReadTokens(),
                0,
                total.costUsd(),
                model));
      }
      events.accept(
          new AgentEvent.Ended(
              session == null ? UNKNOWN : session,
              error == null ? "success" : "error",
              error != null,
              turns,
              (System.nanoTime() - start) / 1_000_000));
    }
  }
}
