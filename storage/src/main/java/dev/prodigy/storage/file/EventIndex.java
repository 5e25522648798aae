package dev.prodigy.storage.file;

import dev.prodigy.model.JobId;
import dev.prodigy.storage.EventTime;
import dev.prodigy.storage.Segment;
import dev.prodigy.storage.SegmentIndex;
import dev.prodigy.storage.SegmentIndex.Offset;
import dev.prodigy.storage.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `index.json` beside a job's segments: how many events of which kind there are, from when to
/// when, and where every thousandth stands, so that counting a large log again costs nothing.
///
/// A cache and no more. What it says of a segment counts only while size and time of the file are
/// as they were; of a segment that has grown only the new part is read; deleted segments drop out;
/// and if it cannot be read it is made again.
///
/// @param segments what is known of each, in the order they were given
public record EventIndex(JobId job, List<SegmentIndex> segments) {
  private static final String NAME = "index.json";

  /// Less than this is read again faster than an index is written.
  private static final long WORTH_WRITING = 4 << 20;

  public EventIndex {
    segments = List.copyOf(segments);
  }

  /// The index of these segments, from what is kept and what has to be read.
  ///
  /// @param directory of the job, where the index is kept
  /// @param segments of the job, with archives
  /// @param notices told if the index cannot be written, which costs time and nothing else
  /// @throws StorageException if a segment cannot be read
  public static EventIndex of(
      Path directory, JobId job, List<Segment> segments, Consumer<String> notices) {
    Documents documents = new Documents(InstantSource.system(), notices);
    Map<String, SegmentIndex> known = load(documents, directory.resolve(NAME));
    List<SegmentIndex> indexed = new ArrayList<>();
    long read = 0;
    for (Segment segment : segments) {
      SegmentIndex before = known.remove(segment.name());
      SegmentIndex now = SegmentIndex.of(segment, before);
      read += now.equals(before) ? 0 : now.size() - grownFrom(before, now);
      indexed.add(now);
    }
    EventIndex index = new EventIndex(job, indexed);
    if (read >= WORTH_WRITING && Files.isDirectory(directory)) {
      index.save(documents, directory.resolve(NAME), notices);
    }
    return index;
  }

  private static long grownFrom(@Nullable SegmentIndex before, SegmentIndex now) {
    return before == null || before.size() >= now.size() ? 0 : before.size();
  }

  /// How many events there are, if the index knows without reading any segment.
  public static OptionalLong knownEvents(Path directory, List<Segment> segments) {
    Path file = directory.resolve(NAME);
    if (!Files.isRegularFile(file)) {
      return OptionalLong.empty();
    }
    Map<String, SegmentIndex> known = load(new Documents(InstantSource.system(), _ -> {}), file);
    long events = 0;
    for (Segment segment : segments) {
      SegmentIndex index = known.get(segment.name());
      if (index == null || !index.isCurrent(segment)) {
        return OptionalLong.empty();
      }
      events += index.events();
    }
    return OptionalLong.of(events);
  }

  static void delete(Path directory) {
    new Documents(InstantSource.system(), _ -> {}).deleteFile(directory.resolve(NAME));
  }

  public long events() {
    return segments.stream().mapToLong(SegmentIndex::events).sum();
  }

  public long unreadable() {
    return segments.stream().mapToLong(SegmentIndex::unreadable).sum();
  }

  /// Events by type.
  public Map<String, Long> counts() {
    Map<String, Long> counts = new TreeMap<>();
    for (SegmentIndex segment : segments) {
      segment.counts().forEach((type, count) -> counts.merge(type, count, Long::sum));
    }
    return counts;
  }

  private void save(Documents documents, Path file, Consumer<String> notices) {
    try {
      documents.replace(file, json());
    } catch (StorageException e) {
      notices.accept("Cannot keep " + file + ": " + e.message());
    }
  }

  private ObjectNode json() {
    ObjectNode json = StoredJson.newObject();
    json.put("job_id", job.value());
    ObjectNode counts = json.putObject("event_counts");
    counts().forEach(counts::put);
    ArrayNode range = StoredJson.newArray();
    segments.stream()
        .map(SegmentIndex::first)
        .filter(t -> t != null)
        .min(Long::compare)
        .ifPresent(first -> range.add(EventTime.format(first)));
    segments.stream()
        .map(SegmentIndex::last)
        .filter(t -> t != null)
        .max(Long::compare)
        .ifPresent(last -> range.add(EventTime.format(last)));
    json.set("time_range", range.isEmpty() ? StoredJson.newObject().nullNode() : range);
    json.put("total_events", events());
    ArrayNode offsets = json.putArray("file_offsets");
    ArrayNode files = json.putArray("segments");
    for (SegmentIndex segment : segments) {
      segment.offsets().forEach(offset -> offsets.add(json(segment, offset)));
      files.add(json(segment));
    }
    return json;
  }

  private static ObjectNode json(SegmentIndex segment, Offset offset) {
    ObjectNode json = StoredJson.newObject();
    json.put("file_path", segment.file());
    json.put("byte_offset", offset.byteOffset());
    json.put("line_number", offset.lineNumber());
    json.put("event_id", offset.eventId());
    json.put("timestamp", EventTime.format(offset.timeMillis()));
    return json;
  }

  private static ObjectNode json(SegmentIndex segment) {
    ObjectNode json = StoredJson.newObject();
    json.put("file", segment.file());
    json.put("size", segment.size());
    json.put("mtime_ms", segment.modifiedMillis());
    json.put("first", segment.first() == null ? null : EventTime.format(segment.first()));
    json.put("last", segment.last() == null ? null : EventTime.format(segment.last()));
    json.put("count", segment.events());
    json.put("lines", segment.lines());
    json.put("unreadable", segment.unreadable());
    ObjectNode counts = json.putObject("counts");
    new TreeMap<>(segment.counts()).forEach(counts::put);
    return json;
  }

  /// By file name; nothing if there is no index or it is not one.
  private static Map<String, SegmentIndex> load(Documents documents, Path file) {
    Map<String, SegmentIndex> known = new HashMap<>();
    try {
      JsonNode json = documents.read(file).orElse(StoredJson.newObject());
      Map<String, List<Offset>> offsets = new HashMap<>();
      for (JsonNode offset : json.path("file_offsets")) {
        offsets
            .computeIfAbsent(offset.path("file_path").asString(""), _ -> new ArrayList<>())
            .add(offset(offset));
      }
      for (JsonNode segment : json.path("segments")) {
        String name = segment.path("file").asString("");
        known.put(name, segment(segment, name, offsets.getOrDefault(name, List.of())));
      }
      return known;
    } catch (RuntimeException _) { // whatever it holds, it is made again
      return new HashMap<>();
    }
  }

  private static Offset offset(JsonNode json) {
    return new Offset(
        json.path("byte_offset").longValue(),
        json.path("line_number").longValue(),
        json.path("event_id").stringValue(),
        millis(json.path("timestamp")));
  }

  private static SegmentIndex segment(JsonNode json, String name, List<Offset> offsets) {
    Map<String, Long> counts = new TreeMap<>();
    json.path("counts").forEachEntry((type, count) -> counts.put(type, count.longValue()));
    return new SegmentIndex(
        name,
        json.path("size").longValue(),
        json.path("mtime_ms").longValue(),
        counts,
        json.path("unreadable").longValue(),
        json.path("lines").longValue(),
        time(json.path("first")),
        time(json.path("last")),
        offsets);
  }

  private static @Nullable Long time(JsonNode json) {
    return json.isString() ? Long.valueOf(millis(json)) : null;
  }

  private static long millis(JsonNode json) {
    return Instant.parse(json.stringValue()).toEpochMilli();
  }
}
