package dev.prodigy.mapreduce;

import dev.prodigy.agent.CommandResult;
import dev.prodigy.agent.CommandSpec;
import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.agent.SecretMasker;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.Json;
import dev.prodigy.model.WorkItem;
import dev.prodigy.workflow.MapBlock;
import dev.prodigy.workflow.MapInput;
import dev.prodigy.workflow.expression.ItemPipeline;
import dev.prodigy.workflow.expression.Scope;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;

/// Turns `map.input` into the job's items. The input is read once per job: the list is frozen in
/// the first map checkpoint.
final class WorkItems {
  private static final Duration COMMAND_LIMIT = Duration.ofMinutes(5);
  private static final List<String> DATA_EXTENSIONS =
      List.of(".json", ".jsonl", ".ndjson", ".yaml", ".yml");
  private static final List<String> COMMAND_PREFIXES = List.of("shell:", "cmd:", "command:");
  private static final int STDERR_LINES = 20;

  /// What was found.
  ///
  /// @param source for people: the file, the command, or `inline`
  record Loaded(String source, int extracted, int filtered, List<WorkItem> items) {}

  private final Path worktree;
  private final Path checkout;
  private final Map<String, String> environment;
  private final ProcessRunner processes;
  private final SecretMasker masker;

  /// @param worktree the session worktree: where files are looked for and commands run
  /// @param checkout the user's working copy, for files that git does not track; only ever read
  WorkItems(
      Path worktree,
      Path checkout,
      Map<String, String> environment,
      ProcessRunner processes,
      SecretMasker masker) {
    this.worktree = worktree;
    this.checkout = checkout;
    this.environment = environment;
    this.processes = processes;
    this.masker = masker;
  }

  /// Where the input would come from, without reading it: for a dry run.
  sealed interface Source {
    record Inline(JsonNode value) implements Source {}

    record File(Path path, String shown) implements Source {}

    record Command(String text) implements Source {}
  }

  Loaded load(MapBlock map, String interpolated, Scope scope) {
    Source source = source(map.input(), interpolated);
    return switch (source) {
      case Source.Inline(JsonNode value) -> select("inline", value, map.pipeline(), scope);
      case Source.File(Path path, String shown) ->
          select(shown, readFile(path, shown), map.pipeline(), scope);
      case Source.Command(String text) -> select(text, runCommand(text), map.pipeline(), scope);
    };
  }

  /// @param interpolated the text of the input with its references replaced
  Source source(@Nullable MapInput input, String interpolated) {
    if (input instanceof MapInput.Inline(JsonNode value)) {
      return new Source.Inline(value);
    }
    if (input == null) {
      Path found = leftBySetup().orElseThrow(MapReduceException::noInput);
      return new Source.File(found, found.getFileName().toString());
    }
    return textSource(interpolated.strip());
  }

  private Source textSource(String text) {
    if (text.startsWith("[") || text.startsWith("{")) {
      Optional<JsonNode> inline = tryParse(text);
      if (inline.isPresent()) {
        return new Source.Inline(inline.get());
      }
    }
    for (Path base : List.of(worktree, checkout)) {
      Path file = base.resolve(text.length() > 1024 ? "" : text.lines().findFirst().orElse(""));
      if (!text.isEmpty() && text.indexOf('\n') < 0 && Files.isRegularFile(file)) {
        return new Source.File(file, text);
      }
    }
    for (String prefix : COMMAND_PREFIXES) {
      if (text.startsWith(prefix)) {
        return new Source.Command(text.substring(prefix.length()).strip());
      }
    }
    String lower = text.toLowerCase(Locale.ROOT);
    if (text.chars().noneMatch(Character::isWhitespace)
        && DATA_EXTENSIONS.stream().anyMatch(lower::endsWith)) {
      throw MapReduceException.inputMissing(text);
    }
    return new Source.Command(text);
  }

  private Optional<Path> leftBySetup() {
    try (Stream<Path> files = Files.list(worktree)) {
      return files
          .filter(path -> path.getFileName().toString().endsWith("work-items.json"))
          .sorted()
          .findFirst();
    } catch (IOException e) {
      throw MapReduceException.inputUnreadable(worktree.toString(), String.valueOf(e));
    }
  }

  JsonNode readFile(Path file, String shown) {
    try {
      String text = Files.readString(file);
      String lower = shown.toLowerCase(Locale.ROOT);
      boolean lines = lower.endsWith(".jsonl") || lower.endsWith(".ndjson");
      if (!lines) {
        Optional<JsonNode> whole = tryParse(text);
        if (whole.isPresent()) {
          return whole.get();
        }
      }
      return jsonLines(text, shown);
    } catch (IOException e) {
      throw MapReduceException.inputUnreadable(shown, String.valueOf(e.getMessage()));
    }
  }

  private static JsonNode jsonLines(String text, String shown) {
    ArrayNode values = Json.NODES.arrayNode();
    int number = 0;
    for (String line : text.lines().toList()) {
      number++;
      if (!line.isBlank()) {
        int at = number;
        values.add(
            tryParse(line)
                .orElseThrow(
                    () ->
                        MapReduceException.inputUnreadable(
                            shown,
                            "neither one JSON value nor JSON lines (line %d)".formatted(at))));
      }
    }
    return values;
  }

  private JsonNode runCommand(String text) {
    CommandResult result =
        processes.run(
            CommandSpec.shell(text, worktree, environment, masker).withTimeout(COMMAND_LIMIT));
    if (!result.succeeded()) {
      List<String> stderr = result.stderr().strip().lines().toList();
      throw MapReduceException.inputCommandFailed(
          text,
          "exit code %d: %s"
              .formatted(
                  result.exitCode(),
                  String.join(
                      "\n",
                      stderr.subList(Math.max(0, stderr.size() - STDERR_LINES), stderr.size()))));
    }
    return tryParse(result.stdout()).orElseGet(() -> valuesOfLines(result.stdout()));
  }

  /// Each line a JSON value if it is one, else `{"item": line}`.
  private static JsonNode valuesOfLines(String stdout) {
    ArrayNode values = Json.NODES.arrayNode();
    stdout
        .lines()
        .filter(line -> !line.isBlank())
        .map(
            line ->
                tryParse(line).orElseGet(() -> Json.NODES.objectNode().put("item", line.strip())))
        .forEach(values::add);
    return values;
  }

  /// A `json_path` that finds nothing in a single value is tried on the value as the only element
  /// of a list.
  private static Loaded select(String source, JsonNode input, ItemPipeline pipeline, Scope scope) {
    ItemPipeline.Selection selection = pipeline.apply(input, scope);
    if (selection.extracted() == 0 && input.isObject()) {
      selection = pipeline.apply(Json.NODES.arrayNode().add(input), scope);
    }
    var items = new ArrayList<WorkItem>();
    for (JsonNode data : selection.items()) {
      if (data.isNull()) {
        throw MapReduceException.nullItem(items.size());
      }
      items.add(new WorkItem(ItemId.of(items.size()), data));
    }
    return new Loaded(source, selection.extracted(), selection.filtered(), items);
  }

  private static Optional<JsonNode> tryParse(String text) {
    if (text.isBlank()) {
      return Optional.empty();
    }
    try {
      return Optional.of(Json.parse(text));
    } catch (JacksonException _) {
      return Optional.empty();
    }
  }
}
