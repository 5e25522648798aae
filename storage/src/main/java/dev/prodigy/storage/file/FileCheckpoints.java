package dev.prodigy.storage.file;

import dev.prodigy.model.JobId;
import dev.prodigy.model.MapCheckpoint;
import dev.prodigy.model.ReduceCheckpoint;
import dev.prodigy.model.SetupCheckpoint;
import dev.prodigy.storage.Checkpoints;
import dev.prodigy.storage.StorageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/// `setup-checkpoint.json`, `map-checkpoint-<stamp>.json`, `reduce-checkpoint-v1-<stamp>.json`
final class FileCheckpoints implements Checkpoints {
  private final Documents documents;
  private final JobId job;
  private final Path setupFile;
  private final CheckpointSeries maps;
  private final CheckpointSeries reduces;

  /// Map checkpoints known to be whole, with their journal position: verifying one again means
  /// reading it to its end.
  private final Map<Path, Long> wholeMaps = new ConcurrentHashMap<>();

  FileCheckpoints(Documents documents, JobId job, Path directory) {
    this.documents = documents;
    this.job = job;
    this.setupFile = directory.resolve("setup-checkpoint.json");
    this.maps = new CheckpointSeries(documents, directory, "map-checkpoint-");
    this.reduces = new CheckpointSeries(documents, directory, "reduce-checkpoint-v1-");
  }

  @Override
  public synchronized Saved saveSetup(SetupCheckpoint checkpoint, Header header) {
    int version =
        Files.exists(setupFile) ? CheckpointSeries.info(setupFile, false).version() + 1 : 1;
    CheckpointMetadata metadata = metadata("setup", header, version);
    long size =
        CheckpointFile.write(
            documents,
            setupFile,
            metadata,
            Integer.MAX_VALUE,
            out -> body("setup", checkpoint, metadata.createdAt(), out));
    return new Saved(version, setupFile, size);
  }

  @Override
  public Saved saveMap(MapCheckpoint checkpoint, Header header) {
    requireConsistent(checkpoint, header);
    Saved saved =
        maps.save(
            version -> metadata("map", header, version),
            MapCheckpointFormat.DEEPEST_BROKEN,
            out -> MapCheckpointFormat.write(checkpoint, out));
    wholeMaps.put(saved.file(), checkpoint.journalSeq());
    return saved;
  }

  private static void requireConsistent(MapCheckpoint checkpoint, Header header) {
    MapCheckpointFormat.itemInTwoLists(checkpoint)
        .ifPresent(
            item -> {
              throw new IllegalStateException("item in two lists of a checkpoint: " + item);
            });
    if (checkpoint.totalItems() != header.totalItems()) {
      throw new IllegalStateException(
          "a checkpoint of %d items says %d"
              .formatted(checkpoint.totalItems(), header.totalItems()));
    }
  }

  @Override
  public Saved saveReduce(ReduceCheckpoint checkpoint, Header header) {
    Instant now = documents.now();
    return reduces.save(
        version -> metadata("reduce", header, version),
        Integer.MAX_VALUE,
        out -> body("reduce", checkpoint, now, out));
  }

  private CheckpointMetadata metadata(String kind, Header header, int version) {
    return new CheckpointMetadata(
        CheckpointMetadata.FORMAT,
        "cp-" + UUID.randomUUID(),
        kind,
        job,
        header.session(),
        version,
        documents.now(),
        header.phase(),
        header.reason(),
        header.totalItems(),
        header.completedItems());
  }

  private static void body(String phase, Record checkpoint, Instant now, JsonGenerator out) {
    out.writeStringProperty("phase", phase);
    for (Map.Entry<String, JsonNode> member : StoredJson.tree(checkpoint).properties()) {
      out.writeName(member.getKey());
      out.writeTree(member.getValue());
    }
    out.writeStringProperty("timestamp", Timestamps.text(now));
  }

  @Override
  public Optional<Loaded<SetupCheckpoint>> setup() {
    return Documents.ifThere(
        setupFile,
        () -> {
          var content =
              CheckpointFile.read(setupFile, t -> StoredJson.value(t, SetupCheckpoint.class));
          CheckpointMetadata metadata = content.metadata();
          int version = metadata == null ? 0 : metadata.version();
          return new Loaded<>(content.body(), version, setupFile, List.of());
        },
        StorageException::damaged);
  }

  @Override
  public Optional<Loaded<MapCheckpoint>> newestMap() {
    return maps.newest(FileCheckpoints::readMap);
  }

  static CheckpointFile.Content<MapCheckpoint> readMap(Path file) throws IOException {
    var content = CheckpointFile.stream(file, MapCheckpointReader::read);
    CheckpointMetadata metadata = content.metadata();
    int items = content.body().totalItems();
    if (metadata != null && metadata.totalWorkItems() != items) {
      throw new StoredJson.Unreadable(
          "it has %d items of %d".formatted(items, metadata.totalWorkItems()));
    }
    return content;
  }

  @Override
  public Optional<Loaded<ReduceCheckpoint>> newestReduce() {
    return reduces.newest(
        file -> CheckpointFile.read(file, tree -> StoredJson.value(tree, ReduceCheckpoint.class)));
  }

  @Override
  public long oldestKeptJournalSeq() {
    List<Path> kept = maps.files();
    wholeMaps.keySet().retainAll(kept);
    return kept.stream().flatMapToLong(this::journalSeqIfWhole).min().orElse(0);
  }

  /// A damaged file is never loaded, so it needs no records; believing its number could lose some.
  private LongStream journalSeqIfWhole(Path file) {
    Long known = wholeMaps.get(file);
    if (known != null) {
      return LongStream.of(known);
    }
    try {
      if (!CheckpointFile.isWhole(file)) {
        return LongStream.empty();
      }
      long seq = CheckpointFile.head(file).path("journal_seq").asLong(0);
      wholeMaps.put(file, seq);
      return LongStream.of(seq);
    } catch (IOException | StoredJson.Unreadable _) { // it cannot be loaded either
      return LongStream.empty();
    }
  }

  /// No journal record up to this one may be numbered again: some checkpoint, perhaps a damaged
  /// one, contains it.
  long highestJournalSeq() {
    return maps.files().stream().mapToLong(FileCheckpoints::journalSeqAsSaid).max().orElse(0);
  }

  private static long journalSeqAsSaid(Path file) {
    try {
      return CheckpointFile.head(file).path("journal_seq").asLong(0);
    } catch (IOException | StoredJson.Unreadable _) { // it says nothing
      return 0;
    }
  }

  @Override
  public List<Info> list() {
    var all = new ArrayList<Path>();
    if (Files.exists(setupFile)) {
      all.add(setupFile);
    }
    return Stream.of(all, maps.files(), reduces.files())
        .flatMap(List::stream)
        .map(file -> CheckpointSeries.info(file, true))
        .toList();
  }
}
