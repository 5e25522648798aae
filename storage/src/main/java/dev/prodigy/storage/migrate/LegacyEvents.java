package dev.prodigy.storage.migrate;

import dev.prodigy.model.JobId;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.EventLine;
import dev.prodigy.storage.EventTime;
import dev.prodigy.storage.Segment;
import dev.prodigy.storage.SegmentCheck;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.file.PrivateFiles;
import dev.prodigy.storage.migrate.MigrationReport.Unreadable;
import java.io.BufferedOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32C;
import tools.jackson.databind.node.ObjectNode;

/// One local event file, brought into today's shape and put into the logs of its jobs, with the age
/// it had. Events that name no job go to one that is named after the file.
final class LegacyEvents {
  private final Path file;
  private final String source;
  private final Path events;
  private final Map<JobId, Part> parts = new LinkedHashMap<>();
  private long count;

  /// @param source the file's path in the local storage
  /// @param events `events/<repo>`
  LegacyEvents(Path file, String source, Path events) {
    this.file = file;
    this.source = source;
    this.events = events;
  }

  long count() {
    return count;
  }

  void unreadable(Consumer<Unreadable> sink) {
    new SegmentCheck()
        .check(
            Segment.ofFile(file),
            fault -> sink.accept(new Unreadable(source, fault.from(), fault.why())));
  }

  /// Only counts.
  void count(List<Segment> segments) {
    EventFiles.scan(
        segments,
        EventFilter.ALL,
        _ -> {
          count++;
          return true;
        });
  }

  /// @return where the events are now
  /// @throws IOException if the file cannot be read
  /// @throws StorageException if the events cannot be written
  List<Path> take() throws IOException {
    FileTime modified = Files.getLastModifiedTime(file);
    try {
      EventFiles.scan(List.of(Segment.ofFile(file)), EventFilter.ALL, this::add);
      var made = new ArrayList<Path>();
      for (Part part : parts.values()) {
        made.add(finished(part, modified));
      }
      return made;
    } finally {
      parts.values().forEach(Part::discard);
    }
  }

  private Path finished(Part part, FileTime modified) {
    try {
      return part.finish(modified);
    } catch (IOException e) {
      throw StorageException.io(events, e);
    }
  }

  private boolean add(EventLine event) {
    JobId job = job(event);
    try {
      Part part = parts.get(job);
      if (part == null) {
        part = new Part(events.resolve(job.value()));
        parts.put(job, part);
      }
      part.add(event, job);
      count++;
      return true;
    } catch (IOException e) {
      throw StorageException.io(events, e);
    }
  }

  /// A record without a job was given the directory's name by the reader.
  private JobId job(EventLine event) {
    String named = event.jobId();
    boolean ofDirectory = named == null || named.equals(Segment.ofFile(file).directory());
    boolean flat = source.indexOf('/') == source.lastIndexOf('/');
    try {
      return named != null && !(ofDirectory && flat) ? new JobId(named) : unnamed();
    } catch (ProdigyException _) { // a name we could not keep
      return unnamed();
    }
  }

  private JobId unnamed() {
    var hash = new CRC32C();
    hash.update(source.getBytes(StandardCharsets.UTF_8));
    return new JobId("legacy-" + HexFormat.of().toHexDigits((int) hash.getValue()));
  }

  /// The events of one job, in a temporary file until all are there.
  private static final class Part {
    private final Path directory;
    private final Path temporary;
    private final FileOutputStream file;
    private final OutputStream out;

    Part(Path directory) throws IOException {
      this.directory = directory;
      PrivateFiles.createDirectories(directory);
      this.temporary = PrivateFiles.newTemporary(directory.resolve("events.jsonl"));
      this.file = new FileOutputStream(temporary.toFile());
      this.out = new BufferedOutputStream(file, 1 << 16);
    }

    void add(EventLine event, JobId job) throws IOException {
      if (job.value().equals(event.jobId())) {
        event.writeTo(out);
        return;
      }
      var record = (ObjectNode) event.json();
      record.put("job_id", job.value());
      out.write(Json.text(record).getBytes(StandardCharsets.UTF_8));
      out.write('\n');
    }

    /// Takes the first free name from the file's age on; content that is there already, from a
    /// migration that was cut off, is not put there twice.
    Path finish(FileTime modified) throws IOException {
      out.flush();
      file.getFD().sync();
      out.close();
      Files.setLastModifiedTime(temporary, modified);
      for (long stamp = modified.toMillis(); ; stamp++) {
        Path target = directory.resolve("events-" + EventTime.stamp(stamp) + ".jsonl");
        if (!Files.exists(target)) {
          Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
          PrivateFiles.syncDirectory(directory);
          return target;
        }
        if (Files.mismatch(temporary, target) < 0) {
          return target;
        }
      }
    }

    /// What stays of it is swept away like everything a crash leaves.
    void discard() {
      try (out) {
        Files.deleteIfExists(temporary);
      } catch (IOException _) { // the failure that led here is told
        return;
      }
    }
  }
}
