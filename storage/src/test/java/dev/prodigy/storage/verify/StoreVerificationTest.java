package dev.prodigy.storage.verify;

import static dev.prodigy.storage.file.FullStore.EVENTS;
import static dev.prodigy.storage.file.FullStore.STATE;
import static dev.prodigy.storage.file.FullStore.flip;
import static dev.prodigy.storage.file.FullStore.lineStart;
import static dev.prodigy.storage.file.FullStore.read;
import static dev.prodigy.storage.file.FullStore.truncate;
import static dev.prodigy.storage.file.FullStore.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Json;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.storage.ProcessIdentity;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.Segment;
import dev.prodigy.storage.SegmentCheck;
import dev.prodigy.storage.file.CheckpointCheck;
import dev.prodigy.storage.file.FullStore;
import dev.prodigy.storage.file.JournalCheck;
import dev.prodigy.storage.verify.Finding.Kind;
import dev.prodigy.storage.verify.StoreVerification.Summary;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class StoreVerificationTest {
  private static final String SESSION = "session-1b4e28ba-2fa1-11d2-883f-0016d3cca427";
  private static final JobId JOB = new JobId("mapreduce-123");

  /// Made once, since every write of a store waits for the disk.
  @TempDir static Path home;

  private static FullStore full;

  @BeforeAll
  static void make() {
    full = new FullStore(home.resolve("store"));
    FullStore.copy(full.root, home.resolve("pristine"));
  }

  @BeforeEach
  void restore() {
    FullStore.delete(full.root);
    FullStore.copy(home.resolve("pristine"), full.root);
  }

  private record Verified(Summary summary, List<Finding> findings) {}

  private Verified verify(boolean repair) {
    var found = new ArrayList<Finding>();
    Summary summary =
        new StoreVerification(full.store, InstantSource.system())
            .run(Optional.empty(), repair, found::add);
    return new Verified(summary, found);
  }

  @Test
  void aStoreAsItsWritersMadeItIsCleanAndStaysAsItIs() {
    Map<String, String> before = contents();

    Verified verified = verify(true);

    assertThat(verified.findings()).isEmpty();
    assertThat(verified.summary().clean()).isTrue();
    assertThat(verified.summary().events()).isEqualTo(11);
    assertThat(verified.summary().journalRecords()).isEqualTo(6);
    assertThat(contents()).isEqualTo(before);
  }

  /// A way to spoil the store, and how it must be told.
  record Damage(String name, Kind kind, Consumer<FullStore> spoil) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Damage> damages() {
    return Stream.of(
        new Damage("a flipped bit in an event", Kind.EVENT, s -> flip(segment(s), 200)),
        new Damage("an event cut short", Kind.EVENT, s -> truncate(segment(s), 900)),
        new Damage("a missing last line end", Kind.EVENT, s -> truncate(segment(s), size(s) - 1)),
        new Damage("text between events", Kind.EVENT, s -> append(segment(s), "hello\n")),
        new Damage("an empty line", Kind.EVENT, s -> append(segment(s), "\n")),
        new Damage("JSON that is no event", Kind.EVENT, s -> append(segment(s), "{\"a\":1}\n")),
        new Damage("zeros after a power cut", Kind.EVENT, s -> append(segment(s), "\0".repeat(99))),
        new Damage("housekeeping", Kind.EVENT, StoreVerificationTest::spoilHousekeeping),
        new Damage("a missing event", Kind.SEQUENCE, s -> removeLine(segment(s), 2)),
        new Damage(
            "a journal record", Kind.JOURNAL, s -> flip(journal(s), lineStart(journal(s), 2))),
        new Damage("a torn journal", Kind.JOURNAL, s -> append(journal(s), "{\"seq\":7,")),
        new Damage("a session", Kind.SESSION, s -> truncate(session(s), 100)),
        new Damage("an empty session", Kind.SESSION, s -> truncate(session(s), 0)),
        new Damage(
            "a session without status", Kind.SESSION, s -> replace(session(s), "\"status\"")),
        new Damage(
            "a session of another id",
            Kind.SESSION,
            s -> write(s.path("sessions/session-other.json"), read(session(s)))),
        new Damage(
            "the state", Kind.JOB_STATE, s -> truncate(s.path(STATE + "/job-state.json"), 9)),
        new Damage(
            "the setup checkpoint",
            Kind.CHECKPOINT,
            s -> flip(s.path(STATE + "/setup-checkpoint.json"), 300)),
        new Damage("a map checkpoint", Kind.CHECKPOINT, s -> flip(newest(s, "map-check"), 700)),
        new Damage(
            "a cut map checkpoint", Kind.CHECKPOINT, s -> truncate(newest(s, "map-check"), 700)),
        new Damage("a reduce checkpoint", Kind.CHECKPOINT, s -> flip(newest(s, "reduce-"), 650)),
        new Damage("a checkpoint of steps", Kind.CHECKPOINT, s -> flip(steps(s), 500)),
        new Damage("a former one of steps", Kind.CHECKPOINT, s -> flip(former(s), 500)),
        new Damage(
            "an output", Kind.RESULT, s -> truncate(s.path(STATE + "/results/item_0.json"), 5)),
        new Damage("dead letters", Kind.DEAD_LETTERS, s -> truncate(letters(s), 1100)),
        new Damage(
            "a dead letter's id", Kind.DEAD_LETTERS, s -> replace(letters(s), "\"item_id\"")),
        new Damage("another text in a session", Kind.SESSION, s -> other(session(s), "project_p")),
        new Damage(
            "another text in the state",
            Kind.JOB_STATE,
            s -> other(s.path(STATE + "/job-state.json"), "project_path\": \"")),
        new Damage(
            "another text in an output",
            Kind.RESULT,
            s -> other(s.path(STATE + "/results/item_0.json"), "much")),
        new Damage(
            "another text in a dead letter",
            Kind.DEAD_LETTERS,
            s -> other(letters(s), "error_message\": \"")),
        new Damage(
            "another text in a worktree's record",
            Kind.WORKTREE,
            s -> other(s.path("worktrees/prodigy/.metadata/" + SESSION + ".json"), "branch\": \"")),
        new Damage(
            "another name", Kind.REPOSITORIES, s -> other(s.path("repositories.json"), "\"first")),
        new Damage("zeros in front", Kind.SESSION, s -> write(session(s), "\0".repeat(40))),
        new Damage("a checksum", Kind.SESSION, s -> other(session(s), "crc\": \"")),
        new Damage("the job map", Kind.MAPPING, s -> truncate(mapping(s, "job-to-session"), 5)),
        new Damage("a missing job map", Kind.MAPPING, s -> delete(mapping(s, "job-to-session"))),
        new Damage("the session map", Kind.MAPPING, s -> write(mapping(s, "session-to-job"), "[]")),
        new Damage("one mapping", Kind.MAPPING, s -> truncate(mapping(s, "mapreduce-123"), 8)),
        new Damage(
            "another time in a mapping",
            Kind.MAPPING,
            s -> other(mapping(s, "mapreduce-123"), "created_at\": \"")),
        new Damage(
            "a job map without the job",
            Kind.REFERENCE,
            s -> write(mapping(s, "job-to-session"), "{}")),
        new Damage(
            "a job map to a wrong session",
            Kind.REFERENCE,
            s -> write(mapping(s, "job-to-session"), "{\"mapreduce-123\":\"session-x\"}")),
        new Damage("a mapping to no session", Kind.REFERENCE, s -> delete(session(s))),
        new Damage(
            "the orphans", Kind.ORPHANS, s -> truncate(only(s, "orphaned_worktrees/prodigy"), 7)),
        new Damage(
            "an orphan elsewhere",
            Kind.REFERENCE,
            s -> write(only(s, "orphaned_worktrees/prodigy"), orphan("/etc"))),
        new Damage(
            "an orphan that is gone",
            Kind.REFERENCE,
            s -> delete(s.path("worktrees/prodigy/mapreduce-agent-left"))),
        new Damage(
            "a worktree's record",
            Kind.WORKTREE,
            s -> truncate(s.path("worktrees/prodigy/.metadata/" + SESSION + ".json"), 50)),
        new Damage("the names", Kind.REPOSITORIES, s -> truncate(s.path("repositories.json"), 20)),
        new Damage("a dead process's lock", Kind.LOCK, s -> lock(s, deadLock())),
        new Damage("a lock that is none", Kind.LOCK, s -> lock(s, "garbage")),
        new Damage("a temporary file", Kind.TEMPORARY_FILE, s -> old(s, STATE + "/.x.tmp-1a")),
        new Damage("a temporary session", Kind.TEMPORARY_FILE, s -> old(s, "sessions/.x.tmp-1a")));
  }

  /// The next byte becomes an `f`, which leaves it JSON.
  private static void other(Path file, String after) {
    String text = read(file);
    int at = text.indexOf(after) + after.length();
    char changed = text.charAt(at) == 'f' ? 'e' : 'f';
    write(file, text.substring(0, at) + changed + text.substring(at + 1));
  }

  @Test
  void aSessionThatAUserEditedStillCounts() {
    Path file = session(full);
    write(file, read(file).replaceFirst("\\{", "{\"mine\": 1,"));

    Verified repaired = verify(true);

    assertThat(repaired.findings())
        .extracting(Finding::problem)
        .singleElement()
        .asString()
        .contains("edited or damaged");
    assertThat(read(file)).contains("\"mine\": 1");
    assertThat(verify(false).findings()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("damages")
  void everyDamageIsToldRepairedAndThenGone(Damage damage) {
    damage.spoil().accept(full);
    Map<String, String> spoilt = contents();

    Verified told = verify(false);
    assertThat(told.findings()).extracting(Finding::kind).contains(damage.kind());
    assertThat(told.summary().clean()).isFalse();
    assertThat(contents()).as("only looking changes nothing").isEqualTo(spoilt);

    Verified repaired = verify(true);
    assertThat(repaired.findings()).allSatisfy(f -> assertThat(f.repaired()).isTrue());
    assertThat(repaired.summary().clean()).isTrue();

    Verified again = verify(false);
    assertThat(again.findings()).isEmpty();
  }

  @Test
  void aDamagedEventIsNamedWithItsPlaceAndSetAsideWhileTheRestStays() throws IOException {
    Path segment = segment(full);
    List<String> lines = Files.readAllLines(segment);
    FileTime before = FileTime.fromMillis(1_600_000_000_000L);
    flip(segment, lineStart(segment, 3) + 30);
    Files.setLastModifiedTime(segment, before);

    Finding finding = verify(true).findings().getFirst();

    assertThat(finding.path()).isEqualTo(segment);
    assertThat(finding.offset()).isEqualTo(lines.get(0).length() * 3L + 3);
    assertThat(finding.problem()).contains("checksum");
    assertThat(Files.readAllLines(segment))
        .containsExactly(lines.get(0), lines.get(1), lines.get(2), lines.get(4));
    assertThat(Files.getLastModifiedTime(segment)).isEqualTo(before);
    Path side = segment.resolveSibling("." + segment.getFileName() + ".torn");
    assertThat(Files.readAllLines(side)).hasSize(1);
    assertThat(Files.readString(side)).hasSize(lines.get(3).length() + 1);
  }

  /// Of what has a checksum no bit may change unseen.
  @Test
  void everyFlippedBitIsSeen() {
    long seed = new Random().nextLong();
    var random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      Path file =
          switch (random.nextInt(4)) {
            case 0 -> segment(full);
            case 1 -> journal(full);
            case 2 -> newest(full, "map-check");
            default -> steps(full);
          };
      long offset = random.nextLong(file.toFile().length());
      flip(file, offset);
      assertThat(isSound(file)).as("byte %d of %s, seed %d", offset, file, seed).isFalse();
      flip(file, offset);
      assertThat(isSound(file)).isTrue();
    }
  }

  private static boolean isSound(Path file) {
    if (CheckpointCheck.isCheckpoint(file)) {
      return CheckpointCheck.problem(file).isEmpty();
    }
    if (file.endsWith("map-progress.jsonl")) {
      return JournalCheck.check(file).faults().isEmpty();
    }
    var faults = new ArrayList<SegmentCheck.Fault>();
    SegmentCheck.Result result = new SegmentCheck().check(Segment.ofFile(file), faults::add);
    return faults.isEmpty() && !result.newlineMissing();
  }

  @Test
  void theOnlyRecordOfAnUnfinishedPhaseIsLeftToAPerson() {
    full.files(STATE, "map-checkpoint-").forEach(file -> flip(file, 700));
    full.files(STATE, "reduce-checkpoint-").forEach(StoreVerificationTest::delete);

    Verified verified = verify(true);

    assertThat(verified.summary().clean()).isFalse();
    assertThat(verified.findings())
        .filteredOn(f -> f.kind() == Kind.CHECKPOINT)
        .hasSize(2)
        .allSatisfy(
            f -> {
              assertThat(f.repaired()).isFalse();
              assertThat(f.remedy()).contains("prodigy checkpoints delete mapreduce-123/");
              assertThat(f.path()).exists();
            });
  }

  @Test
  void whatALiveRunIsWritingIsNoDamageAndIsLeftAlone() {
    append(segment(full), "{\"type\":\"AgentProgr");
    append(journal(full), "{\"seq\":7,");
    flip(newest(full, "map-check"), 700);
    Map<String, String> before = contents();
    try (var _ = full.store.locks().acquire(List.of(JOB.value()), false)) {
      Verified verified = verify(true);

      assertThat(verified.findings())
          .singleElement()
          .satisfies(f -> assertThat(f.remedy()).contains("being worked on"));
    }
    assertThat(contents()).isEqualTo(before);
  }

  @Test
  void aDamagedSessionIsMadeAgainFromItsJob() {
    truncate(session(full), 10);

    verify(true);

    var session = full.store.sessions().find(new SessionId(SESSION)).orElseThrow();
    assertThat(session.status()).isEqualTo(SessionStatus.PAUSED);
    assertThat(session.mapreduceData())
        .isEqualTo(new Session.MapReduceData(JOB.value(), 10, 1, 0, 0, "map", null));
    assertThat(full.path("quarantine/sessions/" + SESSION + ".json")).exists();
  }

  @Test
  void readableDeadLettersOutliveTheirDamagedDocument() {
    truncate(letters(full), 1100);

    verify(true);

    assertThat(repository().job(JOB).deadLetters().items())
        .singleElement()
        .satisfies(letter -> assertThat(letter.itemId()).isEqualTo(ItemId.of(1)));
    assertThat(full.path("quarantine/dlq/prodigy/mapreduce-123/dlq-items.json")).exists();
  }

  @Test
  void aDamagedCheckpointOfStepsIsFollowedByTheOneBefore() {
    flip(steps(full), 500);

    verify(true);

    var newest = repository().workflowCheckpoints().newest(FullStore.STEPS).orElseThrow();
    assertThat(newest.value().currentStepIndex()).isEqualTo(2);
    assertThat(newest.warnings()).isEmpty();
    assertThat(newest.file()).isEqualTo(steps(full));
  }

  @Test
  void aSegmentFullOfGarbageIsToldOfOnceAndNotAMillionTimes() {
    append(segment(full), "x\n".repeat(5000));

    Verified verified = verify(false);

    assertThat(verified.findings()).hasSize(1001);
    assertThat(verified.findings().getLast().problem()).startsWith("4000 more");
    assertThat(verify(true).summary().clean()).isTrue();
    assertThat(verify(false).findings()).isEmpty();
  }

  private RepositoryStore repository() {
    return full.store.repository(new RepoName("prodigy"));
  }

  private static Path segment(FullStore s) {
    return s.files(EVENTS, "events-").getFirst();
  }

  private static long size(FullStore s) {
    return segment(s).toFile().length();
  }

  private static Path journal(FullStore s) {
    return s.path(STATE + "/map-progress.jsonl");
  }

  private static Path session(FullStore s) {
    return s.path("sessions/" + SESSION + ".json");
  }

  private static Path newest(FullStore s, String prefix) {
    return s.files(STATE, prefix).getLast();
  }

  private static Path steps(FullStore s) {
    return s.path("state/prodigy/checkpoints/session-steps/workflow-1.checkpoint.json");
  }

  private static Path former(FullStore s) {
    return s.files("state/prodigy/checkpoints/session-steps/history", "checkpoint-").getLast();
  }

  private static Path letters(FullStore s) {
    return s.path("dlq/prodigy/mapreduce-123/dlq-items.json");
  }

  private static Path mapping(FullStore s, String name) {
    return s.path("state/prodigy/mappings/" + name + ".json");
  }

  private static Path only(FullStore s, String directory) {
    List<Path> files =
        s.files(directory, "").stream()
            .filter(f -> !f.getFileName().toString().startsWith("."))
            .toList();
    assertThat(files).hasSize(1);
    return files.getFirst();
  }

  private static String orphan(String path) {
    return """
        [{"path":"%s","agent_id":"a","item_id":"item_1",
        "failed_at":"2025-01-11T12:00:00.000Z","error":"x"}]
        """
        .formatted(path);
  }

  private static String deadLock() {
    return """
        {"job_id":"mapreduce-123","process_id":999999999,"hostname":"%s",
        "acquired_at":"2025-01-11T12:00:00.000Z","process_started_at":1,"token":"t"}
        """
        .formatted(ProcessIdentity.current().host());
  }

  /// Its only event tells no writer any more, so it must have been quiet for a while.
  private static void spoilHousekeeping(FullStore s) {
    Path segment = only(s, "events/prodigy/maintenance");
    flip(segment, 9);
    age(segment);
  }

  private static void lock(FullStore s, String content) {
    Path file = s.path("resume_locks/mapreduce-123.lock");
    write(file, content);
    age(file);
  }

  private static void old(FullStore s, String path) {
    write(s.path(path), "half");
    age(s.path(path));
  }

  private static void age(Path file) {
    try {
      Files.setLastModifiedTime(file, FileTime.fromMillis(1_600_000_000_000L));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void append(Path file, String text) {
    write(file, read(file) + text);
  }

  private static void removeLine(Path file, int line) {
    var lines = new ArrayList<>(read(file).lines().toList());
    lines.remove(line);
    write(file, String.join("\n", lines) + "\n");
  }

  /// Renames a key, so that it is missing.
  private static void replace(Path file, String key) {
    write(file, read(file).replace(key, "\"x\""));
    Json.parse(read(file));
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Every file but document locks, which are made by looking.
  private Map<String, String> contents() {
    var all = new TreeMap<String, String>();
    try (var files = Files.walk(full.root)) {
      files
          .filter(Files::isRegularFile)
          .filter(f -> !f.getFileName().toString().endsWith(".lock"))
          .forEach(f -> all.put(full.root.relativize(f).toString(), latin(f)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return all;
  }

  private static String latin(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
