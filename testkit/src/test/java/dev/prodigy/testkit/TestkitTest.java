package dev.prodigy.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TestkitTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path directory;

  @Test
  void aRepositoryHasItsFilesInOneCommitOfMain() {
    TestRepository repository = TestRepository.create(directory, 2);

    assertThat(repository.log()).containsExactly("init");
    assertThat(repository.branches()).containsExactly("main");
    assertThat(repository.fileAt("main", "file-1.txt")).isEqualTo("content 1\n");
    assertThat(repository.isClean()).isTrue();
    assertThat(repository.git("log", "-1", "--format=%an")).isEqualTo("Test");
  }

  @Test
  void commitsAndBranchesAreMade() {
    TestRepository repository = TestRepository.create(directory);
    repository.branch("old");
    repository.write("deep/new.txt", "x");
    assertThat(repository.isClean()).isFalse();

    String hash = repository.commit("second");

    assertThat(repository.head()).isEqualTo(hash).hasSize(40);
    assertThat(repository.log()).containsExactly("second", "init");
    assertThat(repository.log("old")).containsExactly("init");
    assertThatThrownBy(() -> repository.fileAt("old", "deep/new.txt"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("git show old:deep/new.txt: exit 128");
  }

  @Test
  void theScriptedClaudeWorksInItsDirectoryAndAnswers() throws Exception {
    TestRepository repository = TestRepository.create(directory.resolve("repo"));
    ScriptedClaude claude = ScriptedClaude.install(directory.resolve("bin"));
    claude
        .on("^/fix [a-z]+$")
        .answer("fixed \"it\"")
        .run("echo fixed > fix.txt; git add fix.txt; git commit -qm fix")
        .install();

    String stream = call(claude, repository.path(), "--print", "/fix this");

    assertThat(stream.lines()).hasSize(3).last().asString().contains("fixed \\\"it\\\"");
    assertThat(repository.log()).containsExactly("fix", "init");
    assertThat(call(claude, repository.path(), "/other")).contains("Unknown command");
    assertThat(call(claude, repository.path(), "other")).contains(RecordedStream.ANSWER);
    assertThat(call(claude, repository.path(), "--version")).contains("2.1.197");
    assertThat(claude.calls())
        .extracting(ScriptedClaude.Call::prompt)
        .containsExactly("/fix this", "/other", "other");
    assertThat(claude.calls().getFirst().argv()).containsExactly("--print", "/fix this");
    assertThat(claude.calls().getFirst().cwd()).isEqualTo(repository.path().toRealPath());
  }

  @Test
  void aForkedJvmIsHeardAndKilled() throws InterruptedException {
    try (var jvm = ForkedJvm.start(Waits.class, "for me")) {
      assertThat(jvm.awaitLine("waiting", SOON)).isEqualTo("waiting for me");
      assertThat(Processes.isAlive(jvm.pid())).isTrue();

      jvm.kill();

      assertThat(jvm.isAlive()).isFalse();
      assertThat(Processes.isAlive(jvm.pid())).isFalse();
      assertThat(jvm.waitFor(SOON)).isEqualTo(137);
    }
  }

  @Test
  void aManualClockMovesOnlyWhenTold() {
    var clock = new ManualClock();
    var start = clock.instant();

    assertThat(clock.advance(Duration.ofSeconds(5))).isEqualTo(start.plusSeconds(5));
    assertThat(clock.instant()).isEqualTo(start.plusSeconds(5));
    clock.set(start);
    assertThat(clock.instant()).isEqualTo(start);
  }

  static final class Waits {
    public static void main(String[] args) throws InterruptedException {
      System.out.println("waiting " + args[0]);
      new CountDownLatch(1).await();
    }
  }

  private static String call(ScriptedClaude claude, Path cwd, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(claude.binary().toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).directory(cwd.toFile());
    Process process = builder.start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).isZero();
    return output;
  }
}
