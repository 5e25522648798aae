package dev.prodigy.cli.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.e2e.JobHarness;
import dev.prodigy.testkit.ProdigyCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/// Runs whole jobs while somebody else is at work on their store: a user who deletes files and
/// worktrees under them, or every command that cleans, archives and repairs. Whatever that was,
/// what a user types next must lead to the same result: every item's commit on the branch once, an
/// empty dead letter queue, no worktree or branch left, and a store that verifies.
///
/// As a program: `InterferenceHarness <deletions|upkeep> <jobs> [<seed>]`.
final class InterferenceHarness {
  private static final int ITEMS = 12;
  private static final int MOST_ROUNDS = 6;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  /// What disturbs a job, again and again while it runs.
  enum Kind {
    /// Files and directories that a user may delete disappear.
    DELETIONS,
    /// The commands that keep a store in order, and now and then a `kill -9` of the job.
    UPKEEP
  }

  private final Kind kind;
  private final Random random;
  private final Bench bench;
  private final Map<String, Integer> strikes = new TreeMap<>();
  private int worktreesDeleted;
  private int kills;

  /// @param directory an empty directory, which is the harness's own
  InterferenceHarness(Kind kind, Random random, Path directory) {
    this.kind = kind;
    this.random = random;
    bench = new Bench(directory);
  }

  /// What was done how often.
  Map<String, Integer> strikes() {
    return strikes;
  }

  private Path workflow() {
    return bench
        .harness()
        .workflow(
            """
            name: disturbed
            mode: mapreduce
            setup:
              - shell: "seq 1 %d > items.txt; git add .; git diff --cached --quiet || git commit -qm items"
            map:
              input: "cat items.txt"
              max_parallel: 3
              agent_template:
                - shell: "sleep 0.1; echo ${item} > f${item}; git add .; git commit -qm i${item}"
                - shell: "sleep 0.1"
            reduce:
              - shell: "echo ${map.total} > total; git add .; git diff --cached --quiet || git commit -qm total"
            """
                .formatted(ITEMS));
  }

  /// One job, from its start to the state it must end in.
  void survive() throws InterruptedException {
    Path workflow = workflow();
    disturbed("run", workflow.toString(), "-y");
    for (int round = 1; !isDone(); round++) {
      assertThat(round).as("rounds without an end; done: " + bench.work()).isLessThan(MOST_ROUNDS);
      next(workflow);
    }
    bench.mend();
    check();
  }

  private boolean isDone() {
    return bench.work().contains("total") && bench.resumable().isEmpty() && letters() == 0;
  }

  /// What a user types who sees that the job has not come to its end.
  private void next(Path workflow) throws InterruptedException {
    List<String> resumable = bench.resumable();
    if (!resumable.isEmpty()) {
      disturbed("resume", resumable.getFirst(), "-y");
    } else if (letters() > 0) {
      disturbed("dlq", "retry", bench.harness().jobs().getFirst(), "-y");
    } else {
      assertThat(bench.work()).as("nothing to resume, so nothing was begun").isEmpty();
      disturbed("run", workflow.toString(), "-y");
    }
  }

  private int letters() {
    return bench.harness().jobs().stream()
        .mapToInt(job -> bench.records("dlq", "list", "--job-id", job).size())
        .sum();
  }

  private void disturbed(String... command) throws InterruptedException {
    try (ProdigyCommand.Running running = bench.prodigy().start(command)) {
      while (running.isAlive()) {
        Thread.sleep(random.nextInt(60));
        strike(running);
      }
      ProdigyCommand.Result result = running.await(PATIENCE);
      FaultHarness.showsNoTrace(result);
    }
  }

  private void strike(ProdigyCommand.Running running) {
    if (kind == Kind.DELETIONS) {
      delete();
    } else {
      upkeep(running);
    }
  }

  private void delete() {
    Path home = bench.prodigy().home();
    switch (random.nextInt(8)) {
      case 0 -> all("find logs -delete", home.resolve("logs"));
      case 1 -> all("find events -delete", home.resolve("events"));
      case 2 -> all("find mappings -delete", home.resolve("state/demo/mappings"));
      case 3 -> one("an event file or index", "events", "");
      case 4 -> one("a mapping", "state/demo/mappings", ".json");
      case 5 -> one("a log", "logs", "");
      case 6 -> worktree("a worktree of an agent", "mapreduce-agent-");
      default -> worktree("the worktree of the job", "session-");
    }
  }

  private void all(String what, Path directory) {
    strikes.merge(what, 1, Integer::sum);
    FaultHarness.tryShell("find", directory.toString(), "-delete");
  }

  private void one(String what, String below, String ending) {
    List<Path> files =
        bench.prodigy().files(below).stream()
            .filter(file -> file.toString().endsWith(ending))
            .toList();
    if (!files.isEmpty()) {
      strikes.merge(what, 1, Integer::sum);
      FaultHarness.tryShell("rm", "-f", files.get(random.nextInt(files.size())).toString());
    }
  }

  /// Seldom: each costs an attempt, or the whole run.
  private void worktree(String what, String prefix) {
    Path directory = bench.prodigy().home().resolve("worktrees/demo");
    List<String> names =
        JobHarness.list(directory).stream().filter(name -> name.startsWith(prefix)).toList();
    if (!names.isEmpty() && worktreesDeleted < 3 && random.nextInt(4) == 0) {
      worktreesDeleted++;
      strikes.merge(what, 1, Integer::sum);
      String name = names.get(random.nextInt(names.size()));
      FaultHarness.tryShell("rm", "-rf", directory.resolve(name).toString());
    }
  }

  private void upkeep(ProdigyCommand.Running running) {
    var commands =
        List.of(
            "clean all --force",
            "clean worktrees --force",
            "clean state --force",
            "events clean --max-events 5 --archive --yes",
            "events clean --older-than 1s --yes",
            "sessions clean --force",
            "worktree clean --all --force",
            "checkpoints clean --all --force",
            "storage verify --repair",
            "storage verify",
            "storage usage",
            "kill -9");
    String command = commands.get(random.nextInt(commands.size()));
    if (!command.equals("kill -9")) {
      strikes.merge(command, 1, Integer::sum);
      ProdigyCommand.Result result = bench.run(command.split(" ", -1));
      assertThat(result.exitCode()).as(command + " " + result).isIn(0, 1, 4);
      FaultHarness.showsNoTrace(result);
    } else if (kills < 3 && random.nextInt(4) == 0) {
      strikes.merge(command, 1, Integer::sum);
      kills++;
      running.kill();
    }
  }

  private void check() {
    assertThat(bench.work()).isEqualTo(Bench.workOf(ITEMS));
    assertThat(bench.harness().repository.fileAt("main", "total").strip())
        .isEqualTo(String.valueOf(ITEMS));
    bench.harness().assertNothingLeft();
    if (kind == Kind.UPKEEP) {
      completedOnce();
    }
  }

  /// Unless the job was over before the last cleaning, and is gone.
  private void completedOnce() {
    for (String job : bench.harness().jobs()) {
      assertThat(bench.records("events", "show", job))
          .filteredOn(event -> event.path("type").asString("").equals("AgentCompleted"))
          .extracting(event -> event.get("item_id").asString())
          .doesNotHaveDuplicates();
    }
  }

  public static void main(String[] args) throws Exception {
    Kind kind = Kind.valueOf(args[0].toUpperCase(Locale.ROOT));
    int jobs = Integer.parseInt(args[1]);
    long seed = args.length > 2 ? Long.parseLong(args[2]) : System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    var strikes = new TreeMap<String, Integer>();
    int failed = 0;
    for (int job = 1; job <= jobs; job++) {
      Path directory = Files.createTempDirectory("interference-");
      var harness = new InterferenceHarness(kind, random, directory);
      try {
        harness.survive();
        FaultHarness.shell("rm", "-rf", directory.toString());
      } catch (AssertionError e) {
        failed++;
        System.out.println("failed; left in " + directory);
        e.printStackTrace();
      }
      harness.strikes().forEach((what, count) -> strikes.merge(what, count, Integer::sum));
    }
    strikes.forEach((what, count) -> System.out.printf("%6d %s%n", count, what));
    System.out.printf("%d of %d jobs failed%n", failed, jobs);
    System.exit(failed == 0 ? 0 : 1);
  }
}
