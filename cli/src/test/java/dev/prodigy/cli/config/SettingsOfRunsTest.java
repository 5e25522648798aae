package dev.prodigy.cli.config;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun;
import dev.prodigy.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Settings that a run goes by.
class SettingsOfRunsTest {
  @TempDir Path home;
  private TestRepository repository;

  @BeforeEach
  void open() {
    repository = TestRepository.create(home.resolve("project"));
  }

  private CommandRun prodigy() {
    return CommandRun.in(repository.path())
        .env("HOME", home.toString())
        .env("PATH", System.getenv("PATH"));
  }

  private long runs(String name) throws IOException {
    return Files.readAllLines(home.resolve(name)).size();
  }

  @Test
  void retriesAStepLeavesOpenAreAsSet() throws IOException {
    repository
        .write(".prodigy/config.yml", "retry: {default_attempts: 2, default_backoff: fixed}\n")
        .write(
            "flow.yml",
            """
            - shell: "echo x >> $HOME/open; false"
              retry: {initial_delay: 10ms}
              on_failure: true
            - shell: "echo x >> $HOME/said; false"
              retry: {attempts: 4, initial_delay: 10ms}
              on_failure: true
            - shell: "echo x >> $HOME/none; false"
              on_failure: true
            """)
        .commit("flow");

    assertThat(prodigy().run("run", "flow.yml", "-y").code()).isZero();

    assertThat(runs("open")).isEqualTo(2);
    assertThat(runs("said")).isEqualTo(4);
    assertThat(runs("none")).isEqualTo(1);
  }

  private Path unmergedWorktree() {
    prodigy().env("PRODIGY_AUTOMATION", "true").run("run", "made.yml");
    String listed = prodigy().run("worktree", "ls", "--json").out();
    int at = listed.indexOf(home.resolve(".prodigy/worktrees").toString());
    return Path.of(listed.substring(at, listed.indexOf('"', at)));
  }

  @Test
  void aWorktreeWhoseWorkIsMergedByHandGoesAwayAfterAWhile() {
    repository
        .write("made.yml", "- shell: \"echo x > new.txt; git add .; git commit -qm new\"\n")
        .write("flow.yml", "- shell: \"true\"\n")
        .commit("flows");
    Path worktree = unmergedWorktree();
    assertThat(worktree).isDirectory();

    prodigy().env("PRODIGY_RETENTION_DAYS", "0").run("run", "flow.yml", "-y");
    assertThat(worktree).as("not merged yet").isDirectory();

    repository.git("merge", "-q", "prodigy-" + worktree.getFileName());
    prodigy().run("run", "flow.yml", "-y");
    assertThat(worktree).as("used a moment ago").isDirectory();

    var result = prodigy().env("PRODIGY_RETENTION_DAYS", "0").run("run", "flow.yml", "-y");
    assertThat(result.code()).isZero();
    assertThat(result.out()).contains("Removed worktree " + worktree.getFileName());
    assertThat(worktree).doesNotExist();
    assertThat(repository.path().resolve("new.txt")).exists();
    assertThat(prodigy().run("storage", "verify").code()).isZero();
  }

  @Test
  void aWorktreeWithUncommittedFilesStays() throws IOException {
    repository
        .write("made.yml", "- shell: \"echo x > new.txt; git add .; git commit -qm new\"\n")
        .write("flow.yml", "- shell: \"true\"\n")
        .commit("flows");
    Path worktree = unmergedWorktree();
    repository.git("merge", "-q", "prodigy-" + worktree.getFileName());
    Files.writeString(worktree.resolve("draft.txt"), "not yet");

    prodigy().env("PRODIGY_RETENTION_DAYS", "0").run("run", "flow.yml", "-y");

    assertThat(worktree.resolve("draft.txt")).exists();
  }

  @Test
  void aRetentionThatIsNoNumberIsRefused() {
    repository.write("flow.yml", "- shell: \"touch $HOME/ran\"\n").commit("flow");

    var result = prodigy().env("PRODIGY_RETENTION_DAYS", "soon").run("run", "flow.yml", "-y");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).contains("PRODIGY_RETENTION_DAYS must be a number of days");
    assertThat(home.resolve("ran")).doesNotExist();
  }
}
