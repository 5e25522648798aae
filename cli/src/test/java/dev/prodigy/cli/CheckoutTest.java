package dev.prodigy.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// `./prodigy` in a checkout whose build is a stand-in that counts its runs.
class CheckoutTest {
  private static final String BUILD =
      """
      #!/bin/sh
      cd "$(dirname "$0")"
      echo "[INFO] Building Prodigy model 0.1.0        [1/2]"
      echo run >>builds
      [ ! -e fails ] || { echo "no such symbol"; exit 1; }
      while [ -e holds ]; do read -r _ <held; done
      mkdir -p dist/bin
      printf '#!/bin/sh\\necho "started $*"\\n' >dist/bin/prodigy
      chmod +x dist/bin/prodigy
      echo "$PRODIGY_BUILD_COMMIT" >dist/commit
      """;

  @TempDir Path directory;
  private Path checkout = Path.of("");

  @BeforeAll
  static void patience() {
    Awaitility.setDefaultTimeout(Duration.ofMinutes(1)); // a JVM starts, on a machine with work
  }

  @BeforeEach
  void aCheckout() throws IOException {
    checkout = Files.createDirectories(directory.resolve("check out"));
    Path support = Files.createDirectories(checkout.resolve("support"));
    copy("prodigy", checkout);
    for (String name : List.of("commit.sh", "find-jdk25", "FirstBuild.java")) {
      copy("support/" + name, support);
    }
    Files.writeString(checkout.resolve("build"), BUILD);
    assertThat(checkout.resolve("build").toFile().setExecutable(true)).isTrue();
    Files.writeString(checkout.resolve(".gitignore"), "dist/\n.build/\nbuilds\n");
    git("init", "-q", "-b", "main");
    git("add", "-A");
    commit();
  }

  @Test
  void theFirstStartBuildsAndSaysSoOnStandardErrorOnly() {
    var first = start("events", "ls");

    assertThat(first.code()).isZero();
    assertThat(first.out()).isEqualTo("started events ls\n");
    assertThat(first.err())
        .contains(
            "prodigy: building it for the first time", "prodigy:   1/2 Prodigy model", "built");
    assertThat(start("x")).isEqualTo(new Program.Result(0, "started x\n", ""));
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void anotherCommitIsBuiltAgain() {
    start();
    commit();

    assertThat(start("x").err()).contains("the checkout has changed");
    assertThat(start("x").err()).isEmpty();
    git("pack-refs", "--all");
    assertThat(start("x").err()).isEmpty();
    git("checkout", "-q", "--detach", "HEAD~1");
    assertThat(start("x").err()).contains("the checkout has changed");
    assertThat(builds()).isEqualTo(3);
  }

  @Test
  void aWorktreeHasACommitOfItsOwn() {
    start();
    git("worktree", "add", "-q", "-b", "other", directory.resolve("w").toString());
    var inWorktree = Program.run(directory, directory.resolve("w/prodigy").toString(), "x");

    assertThat(inWorktree.err()).contains("for the first time");
    assertThat(Program.run(directory, directory.resolve("w/prodigy").toString(), "x").err())
        .isEmpty();
  }

  @Test
  void twoStartsAtOnceBuildOnce() throws IOException {
    hold();
    Program first = begin();
    await().until(() -> builds() == 1);
    Program second = begin();
    await().until(() -> second.err().contains("another start is building it; waiting"));
    release();

    assertThat(first.result().out()).isEqualTo("started x\n");
    assertThat(second.result().out()).isEqualTo("started x\n");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void aKilledBuilderKeepsNoLockAndItsLeftOverBuildIsWaitedFor() throws IOException {
    hold();
    Program first = begin();
    await().until(() -> builds() == 1);
    await().until(() -> Files.size(checkout.resolve(".build/lock")) > 0);
    ProcessHandle builder = first.handle().children().findFirst().orElseThrow();
    builder.destroyForcibly();
    builder.onExit().join();
    Program second = begin();
    await().until(() -> second.err().contains("an earlier build still runs"));
    release();

    assertThat(second.result().out()).isEqualTo("started x\n");
    assertThat(first.result().code()).isNotZero();
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void aFailedBuildShowsItsEndAndWhereTheRestIs() throws IOException {
    Files.createFile(checkout.resolve("fails"));
    var failed = start("x");

    assertThat(failed.code()).isEqualTo(1);
    assertThat(failed.out()).isEmpty();
    assertThat(failed.err())
        .contains("no such symbol")
        .contains("the whole log: " + checkout.resolve(".build/first-build.log"));

    Files.delete(checkout.resolve("fails"));
    assertThat(start("x").out()).isEqualTo("started x\n");
  }

  @Test
  void itWorksFromAnywhereAndThroughALink() throws IOException {
    start();
    Path link = Files.createSymbolicLink(directory.resolve("link"), checkout.resolve("prodigy"));

    assertThat(Program.run(Path.of("/"), link.toString(), "x").out()).isEqualTo("started x\n");
    assertThat(Program.run(checkout, "./prodigy", "x").out()).isEqualTo("started x\n");
    assertThat(Program.run(checkout, "sh", "prodigy", "x").out()).isEqualTo("started x\n");
    assertThat(builds()).isEqualTo(1);
  }

  @Test
  void withoutGitItIsBuiltOnce() {
    Program.run(directory, "rm", "-rf", checkout.resolve(".git").toString());

    assertThat(start("x").out()).isEqualTo("started x\n");
    assertThat(start("x").err()).isEmpty();
  }

  private Program.Result start(String... words) {
    var command = new ArrayList<>(List.of(checkout.resolve("prodigy").toString()));
    command.addAll(List.of(words));
    return Program.run(directory, command.toArray(String[]::new));
  }

  private Program begin() {
    return Program.start(directory, Map.of(), List.of(checkout.resolve("prodigy").toString(), "x"));
  }

  /// Makes the build wait, on a pipe and not by polling.
  private void hold() throws IOException {
    Program.run(checkout, "mkfifo", "held");
    Files.createFile(checkout.resolve("holds"));
  }

  private void release() throws IOException {
    Files.delete(checkout.resolve("holds"));
    Files.writeString(checkout.resolve("held"), "go\n");
  }

  private long builds() {
    try {
      Path file = checkout.resolve("builds");
      return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private void commit() {
    git("-c", "user.name=t", "-c", "user.email=t@t", "commit", "-q", "--allow-empty", "-m", "c");
  }

  private void git(String... words) {
    var command = new ArrayList<>(List.of("git"));
    command.addAll(List.of(words));
    var result = Program.run(checkout, command.toArray(String[]::new));
    assertThat(result.code()).as(result.err()).isZero();
  }

  private static void copy(String name, Path to) throws IOException {
    Path from = Program.CHECKOUT.resolve(name);
    Files.copy(from, to.resolve(from.getFileName()), StandardCopyOption.COPY_ATTRIBUTES);
  }
}
