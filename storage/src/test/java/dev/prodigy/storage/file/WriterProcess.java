package dev.prodigy.storage.file;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.Event;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.WriterIdentity;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;

/// A process of its own that appends events, to be run beside others and to be killed.
final class WriterProcess {
  private WriterProcess() {}

  /// @param count of events; 0 to go on until killed
  /// @param batch events per write
  static Process start(Path events, JobId job, String name, int count, int batch)
      throws IOException {
    return new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xshare:auto",
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xmx64m",
            "-cp",
            System.getProperty("java.class.path"),
            WriterProcess.class.getName(),
            events.toString(),
            job.value(),
            name,
            Integer.toString(count),
            Integer.toString(batch))
        .redirectErrorStream(true)
        .redirectOutput(events.resolveSibling(name + ".log").toFile())
        .start();
  }

  public static void main(String[] args) {
    JobId job = new JobId(args[1]);
    int count = Integer.parseInt(args[3]);
    int batch = Integer.parseInt(args[4]);
    var who = new WriterIdentity(new SessionId("session-1"), args[2]);
    try (var log =
        FileEventLog.open(Path.of(args[0]), who, InstantSource.system(), WriterProcess::tell)) {
      for (int i = 0; count == 0 || i < count; i += batch) {
        log.append(job, events(args[2], i, batch));
      }
    }
  }

  private static void tell(String warning) {
    System.out.println(warning);
  }

  private static List<Event> events(String name, int first, int batch) {
    List<Event> events = new ArrayList<>();
    for (int i = first; i < first + batch; i++) {
      String text = "\"x\\".repeat(i % 700); // lines of 0.5 to 13 KB
      events.add(new Event.ClaudeMessage(new AgentId(name), ItemId.of(i), text, "assistant", null));
    }
    return events;
  }
}
