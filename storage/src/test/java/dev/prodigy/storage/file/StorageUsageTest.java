package dev.prodigy.storage.file;

import static dev.prodigy.storage.file.Samples.JOB;
import static dev.prodigy.storage.file.Samples.NOON;
import static dev.prodigy.storage.file.Samples.SESSION;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.RepoName;
import dev.prodigy.storage.file.StorageUsage.Category;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageUsageTest {
  @TempDir Path home;

  @Test
  void everyByteCountsOnceAndAgreesWithDu() throws Exception {
    Path root = home.resolve("root");
    var store = FileStore.open(root);
    store.sessions().create(Samples.session(SESSION));
    var repository = store.repository(new RepoName("prodigy"));
    repository.mappings().record(SESSION, JOB, "review", NOON);
    repository.job(JOB).saveWorkflow("name: x");
    repository.job(JOB).deadLetters().create();
    place(root, "events/prodigy/mapreduce-123/events-1.jsonl", 5_000);
    place(root, "archive/events/prodigy/mapreduce-123/a.jsonl.gz", 700);
    place(root, "worktrees/prodigy/session-1/README", 30);
    place(root, "logs/prodigy/session-1/a.log", 9);
    Files.createLink(
        root.resolve("state/prodigy/again"), root.resolve("logs/prodigy/session-1/a.log"));
    place(home, "outside", 1_000_000);
    Files.createSymbolicLink(root.resolve("worktrees/prodigy/link"), home);
    Instant old = Instant.parse("2020-01-01T00:00:00Z");
    Files.setLastModifiedTime(
        root.resolve("worktrees/prodigy/session-1/README"), FileTime.from(old));

    StorageUsage usage = StorageUsage.measure(root);

    var total = usage.total();
    assertThat(du(root)).isIn(total.bytes() + total.directoryBytes(), total.bytes());
    assertThat(usage.of(Category.EVENTS).bytes()).isEqualTo(5_000);
    assertThat(usage.of(Category.ARCHIVE).bytes()).isEqualTo(700);
    assertThat(usage.of(Category.WORKTREES).files()).isEqualTo(2);
    assertThat(usage.of(Category.WORKTREES).oldest()).isEqualTo(old);
    assertThat(usage.of(Category.SESSIONS).files()).isEqualTo(2); // and its lock file
    assertThat(usage.repositories()).containsOnlyKeys("prodigy");
    assertThat(usage.ofJob("prodigy", "mapreduce-123").bytes())
        .isGreaterThan(5_700)
        .isLessThan(7_000);
  }

  private static void place(Path root, String path, int bytes) throws Exception {
    Files.createDirectories(root.resolve(path).getParent());
    Files.write(root.resolve(path), new byte[bytes]);
  }

  private static long du(Path root) throws Exception {
    Process du = new ProcessBuilder("du", "-sb", root.toString()).start();
    String text = new String(du.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return Long.parseLong(text.substring(0, text.indexOf('\t')));
  }
}
