package dev.prodigy.git;

import static dev.prodigy.git.TestRepository.git;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A job in a process of its own, killed with `kill -9` at random instants and resumed.
class KilledRunTest {
  private static final int ITEMS = 50;
  private static final int KILLS = 4;

  @TempDir Path temp;

  @Test
  void aJobKilledAgainAndAgainLosesNothingAndLeavesNothingBehind() throws Exception {
    long seed = System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var demo = TestRepository.in(temp);
    Worktree session = demo.session("session-1");
    TestRepository.write(session.path().resolve("b"), "local\n");
    TestRepository.write(session.path().resolve("items.json"), "[]\n");
    for (int kill = 0; kill < KILLS; kill++) {
      killedAfterMerges(demo, session, random.nextInt(10), random.nextInt(100));
    }

    resume(demo.root, demo.worktrees, () -> {});

    Path files = session.path();
    assertThat(git(files, "ls-tree", "--name-only", "HEAD", "items/").lines()).hasSize(ITEMS);
    assertThat(git(files, "rev-list", "--count", "--merges", "HEAD"))
        .isEqualTo(String.valueOf(ITEMS));
    assertThat(git(files, "status", "--porcelain").lines())
        .containsExactly(" M b", "?? items.json");
    assertThat(demo.branches()).containsExactlyInAnyOrder("main", session.branch());
    assertThat(demo.git("worktree", "list").lines()).hasSize(2);
    assertThat(demo.worktrees.toFile().list()).containsExactlyInAnyOrder(".metadata", "session-1");
    assertThat(demo.git("fsck", "--no-dangling", "--no-progress")).isEmpty();
  }

  /// Runs the job elsewhere until it has told of so many merges, and a little longer.
  private static void killedAfterMerges(
      TestRepository demo, Worktree session, int merges, int millis) throws Exception {
    Process job =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Job.class.getName(),
                demo.root.toString(),
                demo.worktrees.toString())
            .redirectErrorStream(true)
            .start();
    var said = new ArrayList<String>();
    try (var lines = job.inputReader()) {
      for (int i = 0; i < merges; i++) {
        String line = lines.readLine();
        if (line == null) {
          break;
        }
        said.add(line);
      }
      job.waitFor(millis, TimeUnit.MILLISECONDS);
      job.destroyForcibly().waitFor();
    }
    assertThat(said).as("merges of %s", session.name()).allMatch(line -> line.equals("merged"));
  }

  /// The job's process.
  static final class Job {
    private Job() {}

    public static void main(String[] arguments) throws Exception {
      resume(Path.of(arguments[0]), Path.of(arguments[1]), () -> System.out.println("merged"));
    }
  }

  static void resume(Path root, Path worktrees, Runnable merged) throws Exception {
    Repository repository = Repository.discover(root);
    Worktree session =
        new SessionWorktrees(repository, worktrees).restore("session-1", null, _ -> {});
    try (var threads = Executors.newFixedThreadPool(4);
        var agents = new AgentWorktrees(repository, worktrees, AgentWorktreesTest.JOB, true);
        var queue = new MergeQueue(repository, session, MergeAssist.NONE)) {
      agents.recover();
      List<Integer> missing = missing(repository, session);
      var work = new ArrayList<Future<?>>();
      for (int worker = 0; worker < 4; worker++) {
        int slot = worker;
        work.add(
            threads.submit(
                () -> {
                  for (int i = slot; i < missing.size(); i += 4) {
                    ParallelAgentsTest.runAgent(slot, missing.get(i), agents, queue);
                    merged.run();
                  }
                }));
      }
      for (Future<?> one : work) {
        one.get();
      }
    }
  }

  private static List<Integer> missing(Repository repository, Worktree session) {
    List<String> there =
        repository.git().run("ls-tree", "-z", "--name-only", session.branch(), "items/").fields();
    return IntStream.range(0, ITEMS)
        .filter(item -> !there.contains("items/" + item))
        .boxed()
        .toList();
  }
}
