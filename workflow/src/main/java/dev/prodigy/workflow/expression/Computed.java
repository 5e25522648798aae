package dev.prodigy.workflow.expression;

import dev.prodigy.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// The values of references that are computed. What `${file:…}` and `${cmd:…}` gave is kept, so
/// that every text of one step sees the same.
public final class Computed {
  private static final int FILE_LIMIT_BYTES = 10 * 1024 * 1024;

  private final boolean runsCommands;
  private final Map<String, String> known = new HashMap<>();

  Computed(boolean runsCommands) {
    this.runsCommands = runsCommands;
  }

  static JsonNode value(Reference.Head head, String source, Evaluation evaluation) {
    Computed computed = evaluation.options().computed();
    return switch (head) {
      case Reference.Head.Variable(VariablePath path) -> evaluation.variable(path);
      case Reference.Head.Call(Node call) -> Functions.orNull(call.value(evaluation));
      case Reference.Head.FileText(Template path) ->
          Values.text(computed.file(path.render(evaluation).strip(), source, evaluation));
      case Reference.Head.CommandOutput(Template command) ->
          Values.text(
              computed.runsCommands
                  ? computed.command(command.render(evaluation), source, evaluation)
                  : source);
      case Reference.Head.JsonValue json -> computed.json(json, source, evaluation);
      case Reference.Head.Date(String format) ->
          Values.text(DateFormat.format(format, ZonedDateTime.now(ZoneId.systemDefault())));
      case Reference.Head.Uuid(VariablePath path) -> {
        JsonNode variable = evaluation.variable(path);
        yield variable.isMissingNode() ? Values.text(UUID.randomUUID().toString()) : variable;
      }
    };
  }

  private String command(String command, String source, Evaluation evaluation) {
    return once(
        "cmd:" + command, () -> ShellOutput.of(command, source, evaluation.options()).strip());
  }

  private String file(String name, String source, Evaluation evaluation) {
    Path file = evaluation.options().cwd().resolve(name);
    return once("file:" + file, () -> withoutTrailingNewlines(read(file, source)));
  }

  private JsonNode json(Reference.Head.JsonValue json, String source, Evaluation evaluation) {
    JsonNode holder = evaluation.variable(VariablePath.of(json.holder()));
    if (!holder.isMissingNode()) {
      return json.path().navigate(holder);
    }
    VariablePath longer = VariablePath.parse(json.holder());
    JsonNode inside = longer == null ? Values.MISSING : evaluation.variable(longer);
    if (!inside.isMissingNode() || json.variableOnly()) {
      return json.path().navigate(inside);
    }
    try {
      return json.path().navigate(Json.parse(file(json.holder(), source, evaluation)));
    } catch (JacksonException e) {
      throw EvaluationException.computed(source, "%s is not JSON".formatted(json.holder()), e);
    }
  }

  /// One caller at a time: the texts of one step are few.
  private synchronized String once(String key, Supplier<String> compute) {
    @Nullable String value = known.get(key);
    if (value == null) {
      value = compute.get();
      known.put(key, value);
    }
    return value;
  }

  private static String read(Path file, String source) {
    Function<String, EvaluationException> failed =
        problem -> EvaluationException.computed(source, problem, null);
    if (!Files.isRegularFile(file)) {
      throw failed.apply("no such file: " + file);
    }
    try (var in = Files.newInputStream(file, StandardOpenOption.READ)) {
      byte[] bytes = in.readNBytes(FILE_LIMIT_BYTES + 1);
      if (bytes.length > FILE_LIMIT_BYTES) {
        throw failed.apply("%s is larger than 10 MiB".formatted(file));
      }
      return new String(bytes, StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw EvaluationException.computed(source, "cannot read " + file, e);
    }
  }

  private static String withoutTrailingNewlines(String text) {
    int end = text.length();
    while (end > 0 && (text.charAt(end - 1) == '\n' || text.charAt(end - 1) == '\r')) {
      end--;
    }
    return text.substring(0, end);
  }
}
