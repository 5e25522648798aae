package dev.prodigy.benchmarks;

import dev.prodigy.model.Event;
import dev.prodigy.model.JobId;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventLog;
import dev.prodigy.storage.Segment;
import dev.prodigy.storage.file.FileEventLog;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.stream.Stream;

/// A log of a wanted size, with a small one beside it, as the real writer makes them.
///
/// As a program: `SampleLog <events directory of a repository> <bytes>`.
final class SampleLog {
  static final JobId SMALL = new JobId("mapreduce-small");

  private SampleLog() {}

  /// Does nothing if it is there already.
  static void generate(Path directory, long bytes) {
    EventFiles files = new EventFiles(directory);
    if (!files.segments(SMALL).isEmpty()) {
      return;
    }
    SampleEvents events = new SampleEvents();
    try (EventLog log =
        FileEventLog.open(
            directory, SampleEvents.WHO, InstantSource.system(), System.err::println)) {
      while (files.segments(SampleEvents.JOB).stream().mapToLong(Segment::size).sum() < bytes) {
        log.append(SampleEvents.JOB, Stream.generate(events::next).limit(500).toList());
      }
      Event end = new Event.JobCompleted(Duration.ofHours(1), 3_600_000, 1000, 0, 0, 0);
      log.append(SampleEvents.JOB, end);
      log.append(SMALL, List.of(SampleEvents.typical(), end));
    }
  }

  public static void main(String[] args) {
    generate(Path.of(args[0]), Long.parseLong(args[1]));
  }
}
