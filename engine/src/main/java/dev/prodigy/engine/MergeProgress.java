package dev.prodigy.engine;

import dev.prodigy.model.Json;
import dev.prodigy.workflow.expression.Variables;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// How far a session's own merge steps have come, with the variables they need: kept beside the
/// session's logs, so that another merge goes on after the last step that succeeded.
final class MergeProgress {
  private final Path file;
  private final RunEnvironment environment;

  MergeProgress(RunContext run) {
    file = run.logs().resolve("merge-progress.json");
    environment = run.environment();
  }

  /// @param finished how many steps need not run again
  record State(int finished, Map<String, JsonNode> variables) {}

  Optional<State> read() {
    try {
      JsonNode stored = Json.parse(Files.readString(file));
      var variables = new LinkedHashMap<String, JsonNode>();
      stored.path("variables").properties().forEach(e -> variables.put(e.getKey(), e.getValue()));
      return Optional.of(
          new State(stored.path("finished").asInt(), environment.revealing().values(variables)));
    } catch (NoSuchFileException _) {
      return Optional.empty();
    } catch (IOException | JacksonException e) {
      throw EngineException.file(file, e);
    }
  }

  /// Durable on return.
  void save(int finished, Variables variables) {
    ObjectNode state = Json.NODES.objectNode().put("finished", finished);
    ObjectNode stored = state.putObject("variables");
    environment.concealing().values(variables.all()).forEach(stored::set);
    byte[] bytes = Json.text(state).getBytes(StandardCharsets.UTF_8);
    Path fresh = file.resolveSibling("merge-progress.tmp");
    try {
      Files.createDirectories(file.getParent());
      try (var channel =
          FileChannel.open(
              fresh,
              StandardOpenOption.CREATE,
              StandardOpenOption.TRUNCATE_EXISTING,
              StandardOpenOption.WRITE)) {
        var buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
          var _ = channel.write(buffer);
        }
        channel.force(true);
      }
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw EngineException.file(file, e);
    }
  }
}
