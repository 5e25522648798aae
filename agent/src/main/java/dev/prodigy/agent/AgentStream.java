package dev.prodigy.agent;

import dev.prodigy.model.AgentProgram;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Understands what an agent prints, line by line. Never fails: what it does not know it ignores.
///
/// Used by one thread at a time.
interface AgentStream {

  void accept(ClaudeStream.Line line);

  /// The output is over.
  void end();

  /// The answer; masked nowhere.
  String output();

  /// True if the agent itself said that it failed.
  boolean failed();

  /// What it said about that; empty if nothing.
  String complaint();

  @Nullable String sessionId();

  /// Null if nothing was told.
  @Nullable Usage usage();

  static AgentStream of(AgentProgram program, SecretMasker masker, Consumer<AgentEvent> events) {
    var told = new ToldStream.Told(program.name(), masker, events);
    return switch (program.format()) {
      case CLAUDE_STREAM_JSON -> new ClaudeLines(masker, events);
      case CODEX_JSONL -> new ToldStream(told, AgentFormats::codex);
      case GEMINI_STREAM_JSON -> new ToldStream(told, AgentFormats::gemini);
      case JSONL -> new ToldStream(told, AgentFormats.rules(program.rules()));
      case REGEX -> new ToldStream(told, AgentFormats.patterns(program.patterns()));
      case TEXT -> new ToldStream(told, AgentFormats::text);
    };
  }
}
