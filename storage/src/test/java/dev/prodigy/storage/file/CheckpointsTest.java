package dev.prodigy.storage.file;

import static dev.prodigy.storage.file.Samples.JOB;
import static dev.prodigy.storage.file.Samples.NOON;
import static dev.prodigy.storage.file.Samples.SESSION;
import static dev.prodigy.storage.file.Samples.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.prodigy.model.CheckpointReason;
import dev.prodigy.model.CompletedStep;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.Json;
import dev.prodigy.model.MapCheckpoint;
import dev.prodigy.model.Phase;
import dev.prodigy.model.ReduceCheckpoint;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.SetupCheckpoint;
import dev.prodigy.model.Sha256;
import dev.prodigy.model.WorkItem;
import dev.prodigy.storage.Checkpoints;
import dev.prodigy.storage.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CheckpointsTest {
  private static final MapCheckpoint EMPTY = new Samples(1).mapCheckpoint(0, 0);

  @TempDir Path root;
  private Instant now = NOON;
  private Checkpoints checkpoints;
  private Path directory;

  @BeforeEach
  void open() {
    var job = FileStore.open(root, () -> now, _ -> {}).repository(new RepoName("prodigy")).job(JOB);
    directory = job.directory();
    checkpoints = job.checkpoints();
  }

  private Checkpoints.Saved save(MapCheckpoint checkpoint) {
    return checkpoints.saveMap(checkpoint, header(checkpoint, CheckpointReason.INTERVAL));
  }

  @Test
  void anyMapCheckpointComesBackAsItWasStored() {
    for (long seed = 0; seed < 60; seed++) {
      MapCheckpoint stored = new Samples(seed).mapCheckpoint((int) seed, 3 * seed);
      save(stored);

      assertThat(checkpoints.newestMap().orElseThrow().value())
          .as("seed %d", seed)
          .isEqualTo(stored);
    }
  }

  @Test
  void anyFlippedByteIsDetected() throws Exception {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    MapCheckpoint stored = new Samples(seed).mapCheckpoint(20, 7);
    Path file = save(stored).file();
    byte[] good = Files.readAllBytes(file);
    for (int flip = 0; flip < 2_000; flip++) {
      // Every bit of the head, which holds the hash itself, and others at random.
      int at = flip < 800 ? flip / 2 : random.nextInt(good.length);
      byte[] bad = good.clone();
      bad[at] ^= (byte) (1 << random.nextInt(8));
      Files.write(file, bad);

      assertThatExceptionOfType(StorageException.class)
          .as("seed %d, byte %d", seed, at)
          .isThrownBy(() -> checkpoints.newestMap())
          .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.CHECKPOINT));
    }
    Files.write(file, good);
    assertThat(checkpoints.newestMap().orElseThrow().value()).isEqualTo(stored);
  }

  @Test
  void theHashIsThatOfTheFileWithZerosInItsPlace() throws Exception {
    Path file = save(new Samples(3).mapCheckpoint(5, 1)).file();

    String text = Files.readString(file);
    String hash = Json.parse(text).path("metadata").path("integrity_hash").asString();
    String zeroed = text.replace(hash, "sha256:" + "0".repeat(64));
    var expected = HexFormat.of().formatHex(Sha256.of(zeroed.getBytes(UTF_8)));
    assertThat(hash).isEqualTo("sha256:" + expected);
    assertThat(text).startsWith("{\n  \"metadata\": {\n    \"integrity_hash\": \"sha256:");
  }

  @Test
  void theFileHasTheShapeUsersKnow() throws Exception {
    MapCheckpoint stored = new Samples(11).mapCheckpoint(40, 9);
    var tree = Json.parse(Files.readString(save(stored).file()));

    assertThat(tree.path("metadata").path("phase").asString()).isEqualTo("Map");
    assertThat(tree.path("metadata").path("kind").asString()).isEqualTo("map");
    assertThat(tree.path("metadata").path("total_work_items").asInt()).isEqualTo(40);
    var state = tree.path("work_item_state");
    var first = stored.inProgress().getFirst();
    assertThat(state.path("pending_items").size()).isEqualTo(stored.pending().size());
    assertThat(state.path("in_progress_items").path(first.workItem().id().value()).path("agent_id"))
        .hasToString("\"" + first.agentId() + "\"");
    assertThat(state.path("completed_items").path(0).path("result").has("item_id")).isTrue();
    assertThat(state.path("failed_items").path(0).has("retry_count")).isTrue();
    assertThat(tree.path("agent_state").path("active_agents").size())
        .isEqualTo(stored.inProgress().size());
    for (String member :
        List.of("execution_state", "variable_state", "resource_state", "error_state")) {
      assertThat(tree.path(member).isObject()).as(member).isTrue();
    }
  }

  @Test
  void aDamagedNewestOneIsPassedOverAndNamed() throws Exception {
    MapCheckpoint older = new Samples(1).mapCheckpoint(5, 1);
    save(older);
    Path newest = save(new Samples(2).mapCheckpoint(5, 2)).file();
    Files.writeString(newest, Files.readString(newest).substring(0, 500));

    Checkpoints.Loaded<MapCheckpoint> loaded = checkpoints.newestMap().orElseThrow();

    assertThat(loaded.value()).isEqualTo(older);
    assertThat(loaded.version()).isEqualTo(1);
    assertThat(loaded.warnings()).singleElement().asString().contains(newest.toString());
    assertThat(checkpoints.list()).extracting(Checkpoints.Info::valid).containsExactly(true, false);
  }

  @Test
  void versionsGoOnAfterAReopeningAndPastADamagedOne() throws Exception {
    save(EMPTY);
    Path second = save(EMPTY).file();
    Files.writeString(second, "{}");
    open();

    assertThat(save(EMPTY).version()).isEqualTo(3);
    assertThat(save(EMPTY).version()).isEqualTo(4);
  }

  @Test
  void namesAreInTheOrderOfWritingEvenWhenTheClockGoesBack() {
    Path first = save(EMPTY).file();
    Path sameMoment = save(EMPTY).file();
    now = NOON.minusSeconds(3600);
    Path earlier = save(EMPTY).file();

    assertThat(List.of(earlier, sameMoment, first)).isSortedAccordingTo((a, b) -> b.compareTo(a));
    assertThat(first.getFileName()).hasToString("map-checkpoint-20250111_120000_123.json");
  }

  @Test
  void anItemInTwoListsIsNeverStored() {
    var item = new WorkItem(ItemId.of(0), Json.parse("1"));
    var broken =
        new MapCheckpoint(
            Phase.MAP,
            NOON,
            List.of(item),
            List.of(new MapCheckpoint.InProgress(item, JOB.agent(item.id()), NOON, 1, null, null)),
            List.of(),
            List.of(),
            Map.of(),
            List.of(),
            Map.of(),
            Map.of(),
            0,
            1);

    assertThatIllegalStateException()
        .isThrownBy(() -> save(broken))
        .withMessageContaining("item_0");
    assertThat(checkpoints.newestMap()).isEmpty();
  }

  @Test
  void oldOnesGoButTheNewestTwoTheFinalAndTheYoungStay() throws Exception {
    MapCheckpoint complete = phase(Phase.COMPLETE);
    Path last = save(complete).file();
    for (int i = 0; i < 12; i++) {
      save(EMPTY);
    }
    age(Duration.ofMinutes(2));
    save(EMPTY);
    assertThat(maps()).hasSize(11).contains(last); // the ten newest and the final one

    age(Duration.ofDays(8));
    save(EMPTY);
    assertThat(maps()).hasSize(3).contains(last);
  }

  private static MapCheckpoint phase(Phase phase) {
    return new MapCheckpoint(
        phase, NOON, List.of(), List.of(), List.of(), List.of(), Map.of(), List.of(), Map.of(),
        Map.of(), 0, 1);
  }

  private List<Path> maps() {
    return Directories.files(directory, ".json").stream()
        .filter(file -> file.getFileName().toString().startsWith("map-"))
        .toList();
  }

  private void age(Duration age) throws Exception {
    for (Path file : maps()) {
      Files.setLastModifiedTime(file, FileTime.from(now.minus(age)));
    }
  }

  @Test
  void theJournalIsNeededFromTheOldestWholeOneOn() throws Exception {
    assertThat(checkpoints.oldestKeptJournalSeq()).isZero();
    Path oldest = save(new Samples(1).mapCheckpoint(3, 10)).file();
    save(new Samples(2).mapCheckpoint(3, 20));
    assertThat(checkpoints.oldestKeptJournalSeq()).isEqualTo(10);

    Files.writeString(oldest, Files.readString(oldest).replace("journal_seq", "journal_sea"));
    open();
    assertThat(checkpoints.oldestKeptJournalSeq()).isEqualTo(20);
  }

  @Test
  void manyThousandItemsComeBack() {
    MapCheckpoint stored = new Samples(5).mapCheckpoint(12_000, 36_000);

    save(stored);

    assertThat(checkpoints.newestMap().orElseThrow().value().totalItems()).isEqualTo(12_000);
  }

  @Test
  void setupAndReduceComeBackAsTheyWereStored() {
    var step =
        new CompletedStep(
            0,
            "shell: make",
            true,
            "out",
            Map.of("x", Json.parse("[1]")),
            Duration.ofMillis(1500),
            NOON,
            0,
            "recovered",
            "fallback",
            new CompletedStep.RetryState(2, 3, List.of("exit code 1"), false));
    var setup =
        new SetupCheckpoint(
            false,
            1,
            2,
            List.of(step),
            Map.of("v", Json.parse("\"1\"")),
            Map.of("A", "b"),
            Json.parse("{\"setup[1]/workflows.x\":{\"next\":1}}"));
    var result = new ReduceCheckpoint.StepResult(0, true, null, null, 1.5);
    var reduce =
        new ReduceCheckpoint(
            List.of(0),
            1,
            2,
            List.of(result),
            Map.of("total", Json.parse("3")),
            new ReduceCheckpoint.MapResults(3, 2, 1, "map-checkpoint-x.json"),
            null);
    var header = new Checkpoints.Header(SESSION, Phase.SETUP, CheckpointReason.INTERVAL, 2, 1);

    checkpoints.saveSetup(setup, header);
    assertThat(checkpoints.saveSetup(setup, header).version()).isEqualTo(2);
    checkpoints.saveReduce(reduce, header);

    assertThat(checkpoints.setup().orElseThrow().value()).isEqualTo(setup);
    assertThat(checkpoints.newestReduce().orElseThrow().value()).isEqualTo(reduce);
    assertThat(checkpoints.list())
        .extracting(Checkpoints.Info::kind)
        .containsExactly("setup", "reduce");
    assertThat(directory.resolve("setup-checkpoint.json")).exists();
  }

  @Test
  void aNewerFormatIsRefusedInsteadOfFallingBack() throws Exception {
    save(EMPTY);
    Path newest = save(EMPTY).file();
    String text =
        Files.readString(newest).replace("\"format_version\": 1", "\"format_version\": 2");
    String zeroed = text.replaceFirst("sha256:[0-9a-f]{64}", "sha256:" + "0".repeat(64));
    String hash = HexFormat.of().formatHex(Sha256.of(zeroed.getBytes(UTF_8)));
    Files.writeString(newest, zeroed.replaceFirst("0{64}", hash));

    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> checkpoints.newestMap())
        .withMessageContaining("VersionMismatch");
  }
}
