package dev.prodigy.storage.file;

import static dev.prodigy.storage.file.Samples.JOB;
import static dev.prodigy.storage.file.Samples.NOON;
import static dev.prodigy.storage.file.Samples.SESSION;
import static dev.prodigy.storage.file.Samples.jobState;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.Event;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.Json;
import dev.prodigy.model.Orphan;
import dev.prodigy.model.Owner;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.WorktreeRecord;
import dev.prodigy.storage.ProcessIdentity;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.WriterIdentity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileStoreTest {
  private static final RepoName NAME = new RepoName("prodigy");

  @TempDir Path home;
  private Path root;
  private FileStore store;
  private RepositoryStore repository;

  @BeforeEach
  void open() {
    root = home.resolve("deep/.prodigy");
    store = FileStore.open(root);
    repository = store.repository(NAME);
  }

  @Test
  void everyTopLevelDirectoryIsThereForItsOwnerOnly() throws Exception {
    for (String name :
        List.of("events", "state", "sessions", "dlq", "worktrees", "resume_locks", "logs")) {
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve(name))))
          .isEqualTo("rwx------");
    }
    store.sessions().create(Samples.session(SESSION));
    Path file = root.resolve("sessions/" + SESSION + ".json");
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void aRootThatCannotBeMadeIsNamedWithTheReason() throws Exception {
    Path file = Files.writeString(home.resolve("file"), "");

    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> FileStore.open(file.resolve("root")))
        .withMessageContaining(file.resolve("root").toString());
  }

  @Test
  void repositoriesAreThoseWithDataAndAskingMakesNone() throws Exception {
    repository.job(JOB).checkpoints().list();
    repository.worktrees().list();
    repository.orphans().jobs();
    assertThat(repository.jobs()).isEmpty();
    assertThat(store.repositories()).isEmpty();

    repository.job(JOB).saveWorkflow("name: x");
    store.repository(new RepoName("api")).job(JOB).deadLetters().create();
    Files.createDirectories(root.resolve("state/session-of-the-original-tool/checkpoints"));
    Files.createDirectories(root.resolve("events/archive"));

    assertThat(store.repositories()).containsExactly(new RepoName("api"), NAME);
  }

  @Test
  void jobsAreListedNewestFirst() {
    var older = new JobId("mapreduce-z");
    repository.job(older).saveWorkflow("a");
    repository.job(JOB).saveWorkflow("b");
    repository.job(older).saveWorkflow("c");

    assertThat(repository.jobs()).containsExactly(JOB, older);
  }

  @Test
  void stateWorkflowAndOutputsOfAJobComeBack() {
    var job = repository.job(JOB);
    JobState state = jobState(JOB, SESSION, NOON);
    assertThat(job.exists()).isFalse();

    job.saveState(state);
    job.saveWorkflow("name: x\n# ö\n");
    String reference = job.saveOutput(ItemId.of(3), "long\n\"output\"");

    assertThat(job.state()).contains(state);
    assertThat(job.workflow()).contains("name: x\n# ö\n");
    assertThat(reference).isEqualTo("results/item_3.json");
    assertThat(job.output(reference)).isEqualTo("long\n\"output\"");
    assertThat(job.updateState(s -> jobState(JOB, SESSION, NOON.plusSeconds(1))).updatedAt())
        .isEqualTo(NOON.plusSeconds(1));
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> job.output("results/../job-state.json"));
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> job.output("results/item_9.json"));
  }

  @Test
  void mappingsAreFoundBothWaysAndByJq() throws Exception {
    repository.mappings().record(SESSION, JOB, "review", NOON);

    assertThat(repository.mappings().sessionOf(JOB)).contains(SESSION);
    assertThat(repository.mappings().jobOf(SESSION)).contains(JOB);
    var tree = Json.parse(Files.readString(mapping("job-to-session")));
    assertThat(tree.path("mapreduce-123").asString()).isEqualTo(SESSION.value());
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(
            () -> repository.mappings().record(SESSION, new JobId("maintenance"), "x", NOON));
  }

  private Path mapping(String name) {
    return root.resolve("state/prodigy/mappings/" + name + ".json");
  }

  @Test
  void lostAggregatesAreMadeAgainFromWhatIsThere() throws Exception {
    var retry = JOB.retry(1);
    var other = new JobId("mapreduce-other");
    repository.mappings().record(SESSION, JOB, "review", NOON);
    repository.mappings().record(SESSION, retry, "review", NOON.plusSeconds(9));
    repository.job(other).saveState(jobState(other, new SessionId("session-o"), NOON));
    Files.delete(mapping("job-to-session"));
    Files.writeString(mapping("session-to-job"), "torn {");

    repository.mappings().record(new SessionId("session-n"), new JobId("n"), "n", NOON);

    var jobs = Json.parse(Files.readString(mapping("job-to-session")));
    var sessions = Json.parse(Files.readString(mapping("session-to-job")));
    assertThat(jobs.propertyNames())
        .containsExactlyInAnyOrder("mapreduce-123", retry.value(), "mapreduce-other", "n");
    assertThat(sessions.path(SESSION.value()).asString()).isEqualTo(retry.value());
    assertThat(repository.mappings().sessionOf(other)).contains(new SessionId("session-o"));
  }

  @Test
  void aForgottenSessionIsGoneFromAllMappings() throws Exception {
    repository.mappings().record(SESSION, JOB, "review", NOON);
    repository.mappings().forget(SESSION);

    assertThat(repository.mappings().sessionOf(JOB)).isEmpty();
    assertThat(repository.mappings().jobOf(SESSION)).isEmpty();
    assertThat(Json.parse(Files.readString(mapping("job-to-session"))).isEmpty()).isTrue();
    assertThat(mapping(JOB.value())).doesNotExist();
  }

  @Test
  void orphansStayUntilTheyAreRemoved() throws Exception {
    var one = new Orphan("/w/1", new AgentId("a"), ItemId.of(1), NOON, "busy", null);
    var two = new Orphan("/w/2", new AgentId("b"), ItemId.of(2), NOON, "kept: debug", "branch");
    repository.orphans().add(JOB, one);
    repository.orphans().add(JOB, two);

    assertThat(repository.orphans().jobs()).containsExactly(JOB);
    assertThat(repository.orphans().list(JOB)).containsExactly(one, two);
    repository.orphans().remove(JOB, "/w/1");
    assertThat(repository.orphans().list(JOB)).containsExactly(two);
    repository.orphans().remove(JOB, "/w/2");
    assertThat(root.resolve("orphaned_worktrees/prodigy")).isEmptyDirectory();
  }

  @Test
  void orphansOfTheOriginalToolAreRead() throws Exception {
    Path file = root.resolve("orphaned_worktrees/prodigy/mapreduce-123.json");
    Files.createDirectories(file.getParent());
    Files.writeString(
        file,
        """
        {"job_id":"mapreduce-123","orphaned_worktrees":[{"agent_id":"a","item_id":"item_1",
         "worktree_path":"/w/1","timestamp":"2025-01-11T12:00:00.123Z","error":"busy"}]}
        """);

    assertThat(repository.orphans().list(JOB))
        .containsExactly(new Orphan("/w/1", new AgentId("a"), ItemId.of(1), NOON, "busy", null));
  }

  @Test
  void worktreeRecordsAreKeptByName() throws Exception {
    WorktreeRecord worktree = worktree("session-1");
    repository.worktrees().save(worktree);
    repository.worktrees().save(worktree("session-2"));

    assertThat(repository.worktrees().find("session-1")).contains(worktree);
    repository
        .worktrees()
        .update("session-1", w -> w.with(WorktreeRecord.Status.COMPLETED, NOON, null));
    assertThat(repository.worktrees().list())
        .extracting(WorktreeRecord::status)
        .containsExactly(WorktreeRecord.Status.COMPLETED, WorktreeRecord.Status.IN_PROGRESS);
    Path file = root.resolve("worktrees/prodigy/.metadata/session-2.json");
    assertThat(Files.readString(file)).contains("\"status\": \"in_progress\"");
    repository.worktrees().delete("session-2");
    assertThat(repository.worktrees().find("session-2")).isEmpty();
    assertThatExceptionOfType(StorageException.class)
        .isThrownBy(() -> repository.worktrees().find("../sessions/x"));
  }

  private static WorktreeRecord worktree(String name) {
    return new WorktreeRecord(
        name,
        name,
        "prodigy-" + name,
        "main",
        "abc",
        "abc",
        NOON,
        NOON,
        null,
        null,
        WorktreeRecord.Status.IN_PROGRESS,
        false,
        null,
        null,
        false,
        1,
        "session",
        "/w/" + name,
        "/r",
        "main",
        null,
        null,
        null,
        ProcessIdentity.current());
  }

  @Test
  void housekeepingIsLoggedBehindNoJobsLastEvent() {
    var writer = new WriterIdentity(SESSION, "c");
    var warnings = new ArrayList<String>();
    try (var log = repository.events(writer, warnings::add)) {
      log.append(JOB, new Event.JobFailed("e", "map", 0));
    }
    repository.maintenance(JOB, new Event.DLQItemsCleared(3), writer);

    assertThat(Directories.files(root.resolve("events/prodigy/mapreduce-123"), ".jsonl"))
        .hasSize(1);
    assertThat(Directories.files(root.resolve("events/prodigy/maintenance"), ".jsonl"))
        .singleElement()
        .satisfies(
            file -> assertThat(file).content().contains("DLQItemsCleared").contains(JOB.value()));
    assertThat(warnings).isEmpty();
  }

  @Test
  void theRootComesFromTheFirstVariableThatIsSet() {
    var warnings = new ArrayList<String>();
    assertThat(
            StorageRoot.resolve(
                Map.of("PRODIGY_HOME", "/x", "PRODIGY_STORAGE_BASE_PATH", "/y"), warnings::add))
        .isEqualTo(Path.of("/x"));
    assertThat(
            StorageRoot.resolve(
                Map.of("PRODIGY_HOME", "", "PRODIGY_STORAGE_BASE_PATH", "~/y", "HOME", "/h"),
                warnings::add))
        .isEqualTo(Path.of("/h/y"));
    assertThat(StorageRoot.resolve(Map.of("HOME", "/h"), warnings::add))
        .isEqualTo(Path.of("/h/.prodigy"));
    assertThat(StorageRoot.resolve(Map.of("PRODIGY_HOME", "rel"), warnings::add))
        .isEqualTo(Path.of("rel").toAbsolutePath());
    assertThat(warnings).isEmpty();
    assertThat(StorageRoot.resolve(Map.of("PRODIGY_STORAGE_PATH", "/z"), warnings::add))
        .isEqualTo(Path.of("/z"));
    assertThat(warnings).singleElement().asString().contains("PRODIGY_STORAGE_PATH");
  }

  @Test
  void aProcessIsAliveByNumberAndStartTime() {
    Owner self = ProcessIdentity.current();
    assertThat(ProcessIdentity.isAlive(self)).isTrue();
    assertThat(ProcessIdentity.isAlive(new Owner(self.pid(), self.host(), 1))).isFalse();
    assertThat(ProcessIdentity.isAlive(new Owner(999_999, self.host(), 1))).isFalse();
    assertThat(ProcessIdentity.isAlive(new Owner(999_999, "other", 1))).isTrue();
  }
}
