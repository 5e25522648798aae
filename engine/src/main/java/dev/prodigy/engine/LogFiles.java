package dev.prodigy.engine;

import dev.prodigy.workflow.Step;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;

/// Names of the files in which a scope's steps leave what is too long for variables. Names never
/// repeat: not within a process by their counter, nor among the runs of a session otherwise.
final class LogFiles {
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd_HHmmss").withZone(ZoneOffset.UTC);
  private static final long PID = ProcessHandle.current().pid();
  private static final AtomicInteger NEXT = new AtomicInteger();

  private final Path directory;
  private final String prefix;

  LogFiles(StepScope scope) {
    directory = scope.logDirectory();
    prefix = scope.logPrefix();
  }

  Path next(Step step, String suffix) {
    String name =
        "%sstep%d-%s-%d-%d%s"
            .formatted(
                prefix,
                step.index() + 1,
                STAMP.format(Instant.now()),
                PID,
                NEXT.incrementAndGet(),
                suffix);
    return directory.resolve(name);
  }

  /// The live stream of an agent; the form of its name is known to users.
  Path agentStream(String agent) {
    return agentStream(directory, agent);
  }

  static Path agentStream(Path directory, String agent) {
    return directory.resolve(
        "%s-%s-%s.jsonl"
            .formatted(
                agent.replaceAll("[^A-Za-z0-9._-]", "_"),
                STAMP.format(Instant.now()),
                UUID.randomUUID()));
  }

  /// Makes the directory, for commands that write into it themselves.
  void prepare() {
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw EngineException.file(directory, e);
    }
  }

  /// @return the file
  Path write(Path file, String text) {
    try {
      Files.createDirectories(directory);
      Files.writeString(file, text);
    } catch (IOException e) {
      throw EngineException.file(file, e);
    }
    return file;
  }
}
