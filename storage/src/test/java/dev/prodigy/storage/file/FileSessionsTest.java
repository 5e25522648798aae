package dev.prodigy.storage.file;

import static dev.prodigy.storage.file.Samples.SESSION;
import static dev.prodigy.storage.file.Samples.session;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.storage.SessionStore;
import dev.prodigy.storage.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileSessionsTest {
  @TempDir Path root;
  private SessionStore sessions;
  private Path file;

  @BeforeEach
  void open() {
    sessions = FileStore.open(root).sessions();
    file = root.resolve("sessions/" + SESSION + ".json");
  }

  @Test
  void aSessionComesBackAsItWasStored() {
    sessions.create(session(SESSION));

    assertThat(sessions.find(SESSION)).contains(session(SESSION));
  }

  @Test
  void theFileIsWhatUsersReadWithJq() throws Exception {
    sessions.create(session(SESSION));

    assertThat(Files.readString(file))
        .startsWith(
            """
            {
              "id": "session-1b4e28ba-2fa1-11d2-883f-0016d3cca427",
              "session_type": "MapReduce",
              "status": "Running",
              "started_at": "2025-01-11T12:00:00.123Z",
              "updated_at": "2025-01-11T12:00:00.123Z",
              "completed_at": null,
              "metadata": {
                "current_step": 0,
                "total_steps": 3
              },
              "checkpoints": [],
            """)
        .endsWith("}\n");
  }

  @Test
  void aSecondSessionOfThatIdIsRefused() {
    sessions.create(session(SESSION));

    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> sessions.create(session(SESSION)))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_EXISTS));
  }

  @Test
  void updatingWhatIsNotThereSaysSoAndLeavesNothingBehind() {
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> sessions.update(SESSION, s -> s))
        .withMessage("session '" + SESSION + "' not found")
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SESSION_NOT_FOUND));
    assertThat(root.resolve("sessions")).isEmptyDirectory();
  }

  @Test
  void keysOfOthersSurviveAnUpdateAndRemovedOnesStayRemoved() throws Exception {
    sessions.create(session(SESSION));
    String text = Files.readString(file);
    text = text.replace("\"phase\": \"map\"", "\"phase\": \"map\", \"of_a_later_version\": [1]");
    text = text.replace("\"id\":", "\"note\": {\"by\": \"user\"}, \"id\":");
    Files.writeString(file, text);

    sessions.update(SESSION, FileSessionsTest::withoutMetadata);

    var tree = Json.parse(Files.readString(file));
    assertThat(tree.path("note").path("by").asString()).isEqualTo("user");
    assertThat(tree.path("mapreduce_data").path("of_a_later_version").size()).isEqualTo(1);
    assertThat(tree.path("metadata").isEmpty()).isTrue();
  }

  private static Session withoutMetadata(Session s) {
    return new Session(
        s.id(),
        s.sessionType(),
        SessionStatus.PAUSED,
        s.startedAt(),
        s.updatedAt(),
        null,
        Map.of(),
        s.checkpoints(),
        s.timings(),
        "stopped",
        s.workflowData(),
        s.mapreduceData(),
        s.formatVersion(),
        s.repository(),
        s.projectPath(),
        s.workflowPath(),
        s.workflowHash(),
        null);
  }

  @Test
  void sessionsOfTheOriginalToolAreRead() throws Exception {
    Files.writeString(
        file,
        """
        {"id":"%s","session_type":"Workflow","status":"running",
         "started_at":"2025-01-11T13:00:00.123456789+01:00","updated_at":"2025-01-11T12:00:01Z",
         "metadata":{},"checkpoints":["a"],"timings":{"x":[45,0]},
         "workflow_data":{"workflow_id":"w","workflow_name":"n","current_step":1,"total_steps":2,
          "completed_steps":[0],"variables":{"a":"b"},"iterations_completed":0,"files_changed":0}}
        """
            .formatted(SESSION));

    Session read = sessions.find(SESSION).orElseThrow();

    assertThat(read.status()).isEqualTo(SessionStatus.RUNNING);
    assertThat(read.startedAt()).isEqualTo(Instant.parse("2025-01-11T12:00:00.123456789Z"));
    assertThat(read.workflowData()).isNotNull();
    assertThat(read.repository()).isEmpty();
  }

  @Test
  void aListPassesOverWhatCannotBeReadAndNamesIt() throws Exception {
    sessions.create(session(SESSION));
    Files.writeString(root.resolve("sessions/session-torn.json"), "{\"id\": \"sess");
    Files.writeString(root.resolve("sessions/session-poor.json"), "{\"id\": \"session-poor\"}");
    Files.copy(file, root.resolve("sessions/session-copy.json"));

    assertThat(sessions.list()).extracting(Session::id).containsExactly(SESSION);
    assertThat(sessions.damaged())
        .hasSize(3)
        .anySatisfy(line -> assertThat(line).contains("session-torn.json"))
        .anySatisfy(line -> assertThat(line).contains("session-poor.json").contains("sessionType"))
        .anySatisfy(line -> assertThat(line).contains("session-copy.json"));
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> sessions.find(new SessionId("session-torn")))
        .satisfies(e -> assertThat(e.code()).isEqualTo(ErrorCode.SESSION_CORRUPTED));
  }

  @Test
  void deletingLeavesNoFileAndIsRepeatable() {
    sessions.create(session(SESSION));
    sessions.delete(SESSION);
    sessions.delete(SESSION);

    assertThat(sessions.find(SESSION)).isEmpty();
    assertThat(root.resolve("sessions")).isEmptyDirectory();
  }

  @Test
  void anInterruptedThreadStillUpdatesAndStaysInterrupted() {
    sessions.create(session(SESSION));
    Thread.currentThread().interrupt();

    sessions.update(SESSION, SessionUpdater.counting("a"));

    assertThat(Thread.interrupted()).isTrue();
    assertThat(sessions.find(SESSION).orElseThrow().metadata().get("a")).hasToString("1");
  }

  @Test
  void fourProcessesUpdatingOneSessionLoseNothing() throws Exception {
    sessions.create(session(SESSION));
    List<String> counters = List.of("first", "second", "third", "fourth");
    var updaters = new ArrayList<Process>();
    for (String counter : counters) {
      updaters.add(Forked.start(SessionUpdater.class, root, SESSION, counter, 500));
    }
    for (Process updater : updaters) {
      assertThat(updater.waitFor()).isZero();
    }

    Session after = sessions.find(SESSION).orElseThrow();
    assertThat(counters)
        .allSatisfy(counter -> assertThat(after.metadata().get(counter)).hasToString("500"));
  }
}
