package dev.prodigy.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.Json;
import dev.prodigy.testkit.Processes;
import dev.prodigy.testkit.ProdigyCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// Kills the coordinator of whole jobs with `kill -9`, resumes them until they complete, and checks
/// what must hold whatever happened: every item merged exactly once, exactly one `AgentCompleted`
/// each, no finished item run again, all logs parse, no worktree, branch or process left.
///
/// As a program: `KillHarness <kills> [<seed>]` goes on until so many kills have been survived and
/// prints the count.
final class KillHarness {
  static final int ITEMS = 30;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Path directory;
  private final JobHarness harness;
  private final Path ran;
  private final String marker;
  private int kills;
  private int lostStarts;

  KillHarness(Path directory) {
    this.directory = directory;
    harness = new JobHarness(directory);
    ran = directory.resolve("ran");
    marker = "killharness" + Integer.toHexString(directory.toString().hashCode());
  }

  /// What has been survived.
  int kills() {
    return kills;
  }

  private String workflow() {
    return """
        name: kill
        mode: mapreduce
        setup:
          - shell: "seq 1 %d > items.txt"
          - shell: "echo ready"
            capture_output: word
        map:
          input: "cat items.txt"
          max_parallel: 4
          agent_template:
            - shell: "test ${word} = ready; sleep 0.0${item}; : %s"
            - shell: "echo ${item} > f${item}; git add .; git commit -qm i${item}"
            - shell: "echo ${item} >> %s"
        reduce:
          - shell: "echo ${map.successful} > total; git add total; git commit -qm total"
        """
        .formatted(ITEMS, marker, ran);
  }

  /// Decides when a run is killed.
  interface Trigger {
    /// Blocks until it is time to kill, or returns early once the run has ended.
    void await(ProdigyCommand.Running running) throws InterruptedException;
  }

  /// Runs one job to completion, killing each of its runs at the trigger until `mostKills`.
  void survive(Trigger trigger, int mostKills) throws InterruptedException {
    Path file = harness.workflow(workflow());
    boolean completed = attempt(trigger, mostKills, "run", file.toString(), "-y");
    while (!completed) {
      List<String> jobs = harness.jobs();
      if (jobs.isEmpty()
          && JobHarness.list(harness.prodigy.home().resolve("sessions")).stream()
              .noneMatch(name -> name.endsWith(".json"))) {
        lostStarts++; // killed before anything was recorded: nothing to resume, nothing left
        completed = attempt(trigger, mostKills, "run", file.toString(), "-y");
      } else {
        completed = attempt(trigger, mostKills, "resume", harness.session(), "-y");
      }
    }
    check();
  }

  private boolean attempt(Trigger trigger, int mostKills, String... command)
      throws InterruptedException {
    try (var running = harness.prodigy.start(command)) {
      if (kills < mostKills) {
        trigger.await(running);
        if (running.isAlive()) {
          running.kill();
          kills++;
          return false;
        }
      }
      ProdigyCommand.Result result = running.await(PATIENCE);
      boolean over = result.stderr().contains("already completed");
      assertThat(result.exitCode() == 0 || over).as(result.toString()).isTrue();
      return true;
    }
  }

  private void check() {
    Processes.waitGone(marker, Duration.ofSeconds(5));
    String job = harness.job();
    for (Path log : harness.prodigy.files("events")) {
      if (log.getFileName().toString().startsWith("events-")) {
        JobHarness.read(log).lines().forEach(Json::parse);
      }
    }
    assertThat(harness.events(job, "AgentCompleted"))
        .extracting(event -> event.get("item_id").asString())
        .as("AgentCompleted of each item")
        .hasSize(ITEMS)
        .doesNotHaveDuplicates();
    assertThat(harness.events(job).getLast().get("type").asString()).isEqualTo("JobCompleted");
    assertThat(harness.events(job, "JobCompleted")).hasSize(1);
    String subjects = harness.repository.git("log", "--format=%s", "main");
    for (int item = 1; item <= ITEMS; item++) {
      String subject = "i" + item;
      assertThat(subjects.lines().filter(subject::equals).count()).as(subject).isEqualTo(1);
    }
    assertThat(subjects.lines().filter(line -> line.startsWith("Merge agent "))).hasSize(ITEMS);
    assertThat(harness.repository.fileAt("main", "total").strip()).isEqualTo(String.valueOf(ITEMS));
    assertThat(harness.deadLetters(job)).isEmpty();
    finishedItemsRanOnce(job);
    harness.assertNothingLeft();
  }

  /// An item whose `Completed` is in the journal must not have been started afterwards.
  private void finishedItemsRanOnce(String job) {
    Path journal =
        harness.prodigy.home().resolve("state/demo/mapreduce/jobs/" + job + "/map-progress.jsonl");
    List<JsonNode> records =
        JobHarness.read(journal).lines().map(Json::parse).collect(Collectors.toList());
    for (int item = 0; item < ITEMS; item++) {
      String id = "item_" + item;
      boolean completed = false;
      for (JsonNode record : records) {
        if (!record.get("item_id").asString().equals(id)) {
          continue;
        }
        String outcome = record.get("outcome").asString();
        assertThat(completed && outcome.equals("Started")).as(id + " ran again").isFalse();
        completed |= outcome.equals("Completed");
      }
    }
  }

  /// Kills after a random time.
  static Trigger randomly(Random random, int mostMillis) {
    return running -> {
      long until = System.nanoTime() + random.nextInt(mostMillis) * 1_000_000L;
      while (System.nanoTime() < until && running.isAlive()) {
        Thread.sleep(1);
      }
    };
  }

  /// Kills as soon as a file of the job's store that begins with `name` holds the text.
  Trigger when(String under, String name, String text) {
    return running -> {
      while (running.isAlive() && !holds(under, name, text)) {
        Thread.sleep(1);
      }
    };
  }

  private boolean holds(String under, String name, String text) {
    try {
      for (Path file : harness.prodigy.files(under)) {
        if (file.getFileName().toString().startsWith(name)
            && Files.readString(file).contains(text)) {
          return true;
        }
      }
    } catch (IOException | UncheckedIOException _) {
      return false; // replaced while we looked
    }
    return false;
  }

  public static void main(String[] args) throws Exception {
    int wanted = args.length > 0 ? Integer.parseInt(args[0]) : 200;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
    Random random = new Random(seed);
    System.out.println("seed " + seed);
    int survived = 0;
    int jobs = 0;
    while (survived < wanted) {
      Path directory = Files.createTempDirectory("kill-");
      var harness = new KillHarness(directory);
      harness.survive(randomly(random, 4000), Math.min(8, wanted - survived));
      survived += harness.kills();
      jobs++;
      System.out.println(
          "%d kills survived in %d jobs (%d before anything was recorded)"
              .formatted(survived, jobs, harness.lostStarts));
      new ProcessBuilder("rm", "-rf", harness.directory.toString()).start().waitFor();
    }
  }
}
