package dev.prodigy.storage;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.Event;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.file.FileEventLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// Logs written by the real writer at chosen times, and files spoilt by hand.
public final class LogFixture {
  public static final JobId JOB = new JobId("mapreduce-123");
  public static final WriterIdentity WHO =
      new WriterIdentity(new SessionId("session-1"), "correlation-1");
  public static final Instant NOON = Instant.parse("2025-01-11T12:00:00Z");

  public final Path directory;
  public final EventFiles files;

  public LogFixture(Path home) {
    this.directory = home.resolve("repo");
    this.files = new EventFiles(directory);
  }

  public static Event agentStarted(int item, int attempt) {
    return new Event.AgentStarted(JOB.agent(ItemId.of(item)), ItemId.of(item), "w", attempt);
  }

  public static Event agentCompleted(int item) {
    AgentId agent = JOB.agent(ItemId.of(item));
    return new Event.AgentCompleted(
        agent, ItemId.of(item), Duration.ZERO, 0, List.of(), null, null, 0, 1);
  }

  public static Event jobCompleted() {
    return new Event.JobCompleted(Duration.ofSeconds(9), 9000, 3, 0, 0, 0);
  }

  /// One segment per call, its events at the time, its file changed last at that time, too.
  public void write(JobId job, Instant at, Event... events) {
    write(job, at, "correlation-1", events);
  }

  public void write(JobId job, Instant at, String correlation, Event... events) {
    var who = new WriterIdentity(new SessionId("session-1"), correlation);
    try (var log = FileEventLog.open(directory, who, () -> at, _ -> {})) {
      log.append(job, List.of(events));
    }
    try {
      Segment newest = files.segments(job).getLast();
      Files.setLastModifiedTime(newest.path(), FileTime.from(at));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Adds text to a segment, making it if need be.
  public Path addRaw(JobId job, String segment, String text) {
    try {
      Path path = directory.resolve(job.value()).resolve(segment);
      Files.createDirectories(path.getParent());
      Files.writeString(
          path, text, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
      return path;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public List<EventLine> all(EventFilter filter) {
    return EventFiles.batch(files.segments(JOB), filter);
  }

  public List<EventLine> newest(EventFilter filter, long limit) {
    List<EventLine> events = new ArrayList<>();
    EventFiles.newest(files.segments(JOB), filter, limit, events::add);
    return events;
  }
}
