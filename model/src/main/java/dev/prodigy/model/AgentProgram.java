package dev.prodigy.model;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonPointer;
import tools.jackson.databind.JsonNode;

/// How an agent that is not Claude is started, and how what it prints is understood.
///
/// @param command name on `PATH`, or a path
/// @param args in them `{prompt}`, `{prompt_file}` and `{model}` are replaced; `{model_args}`
///   stands for all of [#modelArgs], or for nothing if no model is set
/// @param model null: the program's own choice
/// @param expandsCommands whether `/name args` is replaced by the text of the command file `name`
/// @param environment given unless there is such a variable already
/// @param health arguments with which the program tells that it works
/// @param exitCodes of a success
/// @param noRetry exit codes after which trying again is of no use
/// @param autoCommit whether what it leaves uncommitted is committed for a step that must commit
/// @param rules of [Format#JSONL]
/// @param patterns of [Format#REGEX]
public record AgentProgram(
    String name,
    String command,
    List<String> args,
    List<String> modelArgs,
    @Nullable String model,
    PromptVia promptVia,
    Format format,
    boolean expandsCommands,
    Map<String, String> environment,
    List<String> health,
    Set<Integer> exitCodes,
    Set<Integer> noRetry,
    boolean autoCommit,
    List<Rule> rules,
    List<Pattern> patterns) {

  public AgentProgram {
    args = List.copyOf(args);
    modelArgs = List.copyOf(modelArgs);
    environment = Map.copyOf(environment);
    health = List.copyOf(health);
    exitCodes = Set.copyOf(exitCodes);
    noRetry = Set.copyOf(noRetry);
    rules = List.copyOf(rules);
    patterns = List.copyOf(patterns);
  }

  /// The way a prompt takes.
  public enum PromptVia {
    ARG,
    STDIN,
    /// A private file, gone when the program has ended.
    FILE,
    /// `PRODIGY_PROMPT` of its environment.
    ENV
  }

  /// What is on its standard output.
  public enum Format {
    CLAUDE_STREAM_JSON,
    CODEX_JSONL,
    GEMINI_STREAM_JSON,
    JSONL,
    REGEX,
    TEXT;

    /// As in definitions.
    public String word() {
      return name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
  }

  /// What a line can tell.
  public enum Emit {
    SESSION,
    MESSAGE,
    TOOL,
    USAGE,
    ERROR,
    END
  }

  /// Which lines tell what.
  ///
  /// @param path null: every line
  /// @param equals null: the path needs only to be there
  /// @param fields where in the line each part is
  public record Rule(
      @Nullable JsonPointer path,
      @Nullable JsonNode equals,
      Emit emit,
      Map<String, JsonPointer> fields) {
    public Rule {
      fields = Map.copyOf(fields);
    }

    public boolean matches(JsonNode line) {
      JsonNode at = path == null ? line : line.at(path);
      return !at.isMissingNode() && (equals == null || at.equals(equals));
    }
  }
}
