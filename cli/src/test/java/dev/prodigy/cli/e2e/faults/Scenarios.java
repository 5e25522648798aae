package dev.prodigy.cli.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.e2e.JobHarness;
import dev.prodigy.model.Json;
import dev.prodigy.testkit.ProdigyCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import tools.jackson.databind.JsonNode;

/// The commands that are disturbed.
final class Scenarios {
  static final int ITEMS = 3;

  private Scenarios() {}

  static List<Scenario> all() {
    return List.of(
        new Run(),
        new StepScenarios.Sequence(),
        new StepScenarios.Nested(),
        new StepScenarios.Beside(),
        new Resume(),
        new Retry(),
        new Archive(),
        new Clean(),
        new Migrate(),
        new Repair());
  }

  static Scenario named(String name) {
    return all().stream()
        .filter(scenario -> scenario.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no scenario " + name));
  }

  /// A MapReduce job of three items; the second fails until the file `go` exists.
  static Path job(Bench bench) {
    return bench
        .harness()
        .workflow(
            """
            name: faults
            mode: mapreduce
            setup:
              - shell: "seq 1 %d > items.txt; git add .; git diff --cached --quiet || git commit -qm items"
            map:
              input: "cat items.txt"
              max_parallel: 2
              agent_template:
                - shell: "test ${item} != 2 || test -e %s"
                - shell: "echo ${item} > f${item}; git add .; git commit -qm i${item}"
            reduce:
              - shell: "echo ${map.successful} > total; git add .; git diff --cached --quiet || git commit -qm total"
            """
                .formatted(ITEMS, bench.path("go")));
  }

  static void go(Bench bench) {
    write(bench.path("go"), "");
  }

  static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void jobIsDone(Bench bench) {
    assertThat(bench.work()).isEqualTo(Bench.workOf(ITEMS));
    JobHarness harness = bench.harness();
    String job = harness.jobs().getFirst();
    assertThat(harness.jobs().stream().flatMap(j -> harness.events(j, "AgentCompleted").stream()))
        .extracting(event -> event.get("item_id").asString())
        .hasSize(ITEMS)
        .doesNotHaveDuplicates();
    assertThat(harness.events(job, "JobCompleted")).hasSize(1);
    assertThat(harness.deadLetters(job)).isEmpty();
    assertThat(bench.resumable()).isEmpty();
    harness.assertNothingLeft();
  }

  /// Runs the job, or resumes it if it left anything to be resumed.
  static void finish(Bench bench, Path workflow) {
    if (JobHarness.list(bench.prodigy().home().resolve("sessions")).stream()
            .noneMatch(name -> name.endsWith(".json"))
        && bench.harness().jobs().isEmpty()) {
      bench.succeed("run", workflow.toString(), "-y");
    } else {
      bench.resumeAll();
    }
  }

  static List<String> run(Bench bench) {
    return List.of("run", bench.path("wf.yml").toString(), "-y");
  }

  private record Run() implements Scenario {
    @Override
    public String name() {
      return "run";
    }

    @Override
    public void prepare(Bench bench) {
      go(bench);
      job(bench);
    }

    @Override
    public List<String> command(Bench bench) {
      return run(bench);
    }

    @Override
    public void recover(Bench bench) {
      finish(bench, bench.path("wf.yml"));
    }

    @Override
    public void check(Bench bench) {
      jobIsDone(bench);
    }
  }

  private record Resume() implements Scenario {
    @Override
    public String name() {
      return "resume";
    }

    /// A job whose coordinator died in the midst of its second item.
    @Override
    public void prepare(Bench bench) {
      go(bench);
      Path workflow = job(bench);
      String text = JobHarness.read(workflow);
      Path died = bench.path("died");
      String dies =
          "test ${item} != 2 || test -e %s || { touch %s; pkill -9 -f 'Main run %s'; sleep 9; }"
              .formatted(died, died, workflow);
      write(
          workflow,
          text.replaceFirst("test \\$\\{item} != 2 .*(?=\")", Matcher.quoteReplacement(dies)));
      ProdigyCommand.Result result = bench.prodigy().run("run", workflow.toString(), "-y");
      assertThat(result.exitCode()).as(result.toString()).isEqualTo(137);
    }

    @Override
    public List<String> command(Bench bench) {
      return List.of("resume", bench.harness().job(), "-y");
    }

    @Override
    public void recover(Bench bench) {
      bench.resumeAll();
    }

    @Override
    public void check(Bench bench) {
      jobIsDone(bench);
    }
  }

  private record Retry() implements Scenario {
    @Override
    public String name() {
      return "retry";
    }

    @Override
    public void prepare(Bench bench) {
      Path workflow = job(bench);
      bench.succeed("run", workflow.toString(), "-y");
      assertThat(bench.harness().deadLetters(bench.harness().job())).hasSize(1);
      go(bench);
    }

    @Override
    public List<String> command(Bench bench) {
      return List.of("dlq", "retry", bench.harness().jobs().getFirst(), "-y");
    }

    @Override
    public void recover(Bench bench) {
      bench.resumeAll();
      bench.succeed("dlq", "retry", bench.harness().jobs().getFirst(), "-y");
    }

    @Override
    public void check(Bench bench) {
      jobIsDone(bench);
    }
  }

  private record Archive() implements Scenario {
    @Override
    public String name() {
      return "archive";
    }

    @Override
    public void prepare(Bench bench) {
      go(bench);
      bench.succeed("run", job(bench).toString(), "-y");
      write(bench.path("ids"), String.join("\n", ids(bench)));
    }

    @Override
    public List<String> command(Bench bench) {
      return List.of("events", "clean", "--max-events", "4", "--archive", "--yes");
    }

    @Override
    public void recover(Bench bench) {
      bench.succeed(command(bench).toArray(String[]::new));
    }

    @Override
    public void check(Bench bench) {
      assertThat(ids(bench)).isEqualTo(JobHarness.read(bench.path("ids")).lines().toList());
      assertThat(bench.harness().events(bench.harness().job())).hasSize(4);
    }

    private static List<String> ids(Bench bench) {
      return bench.records("events", "show", bench.harness().job()).stream()
          .map(event -> event.get("id").asString())
          .toList();
    }
  }

  private record Clean() implements Scenario {
    @Override
    public String name() {
      return "clean";
    }

    @Override
    public void prepare(Bench bench) {
      go(bench);
      bench.succeed("run", job(bench).toString(), "-y");
    }

    @Override
    public List<String> command(Bench bench) {
      return List.of("clean", "all", "--force");
    }

    @Override
    public void recover(Bench bench) {
      bench.succeed("clean", "all", "--force");
    }

    @Override
    public void check(Bench bench) {
      Path home = bench.prodigy().home();
      assertThat(JobHarness.list(home.resolve("sessions"))).noneMatch(n -> n.endsWith(".json"));
      assertThat(bench.harness().jobs()).isEmpty();
      assertThat(JobHarness.list(home.resolve("events/demo"))).isEmpty();
      assertThat(bench.records("events", "jobs")).isEmpty();
      assertThat(bench.work()).contains("i1", "i2", "i3", "total");
      bench.harness().assertNothingLeft();
    }
  }

  private record Migrate() implements Scenario {
    @Override
    public String name() {
      return "migrate";
    }

    @Override
    public void prepare(Bench bench) {
      Path local = bench.harness().repository.path(".prodigy");
      write(
          local.resolve("session_state.json"),
          """
          {"session_id":"session-old","status":"Completed","started_at":"2024-05-01T10:00:00Z",
          "iterations_completed":2,"files_changed":7,"errors":[],"working_directory":"/old"}
          """);
      write(
          local.resolve("events/job-1/events.jsonl"),
          """
          {"id":"a","timestamp":"2024-05-01T10:00:00Z","correlation_id":"c","event":{"event_type":"job_started","job_id":"job-1","total_items":2},"metadata":{}}
          {"id":"b","timestamp":"2024-05-01T10:00:01Z","event":{"event_type":"d_l_q_item_added","job_id":"job-1","item_id":"i"},"metadata":{}}
          """);
      for (int item = 1; item <= 2; item++) {
        write(
            local.resolve("dlq/job-1/items/item-" + item + ".json"),
            """
            {"item_id":"item-%d","item_data":{"n":9},"first_attempt":"2024-05-01T10:00:00Z",
            "last_attempt":"2024-05-01T10:00:01Z","failure_count":1,"failure_history":[
            {"attempt_number":1,"timestamp":"2024-05-01T10:00:01Z","error_type":"Timeout",
            "error_message":"too slow","agent_id":"agent-1","step_failed":"x","duration_ms":5}],
            "error_signature":"Timeout::too slow","worktree_artifacts":null,
            "reprocess_eligible":true,"manual_review_required":false}
            """
                .formatted(item));
      }
      FaultHarness.shell("cp", "-a", local.toString(), bench.path("before").toString());
    }

    @Override
    public List<String> command(Bench bench) {
      return List.of("storage", "migrate");
    }

    @Override
    public void recover(Bench bench) {
      bench.succeed("storage", "migrate");
    }

    @Override
    public void check(Bench bench) {
      String local = bench.harness().repository.path(".prodigy").toString();
      FaultHarness.shell("diff", "-r", local, bench.path("before").toString());
      assertThat(bench.records("sessions", "ls"))
          .extracting(session -> session.get("id").asString())
          .containsExactly("session-old");
      assertThat(bench.records("events", "show", "job-1"))
          .extracting(event -> event.get("id").asString())
          .containsExactly("a", "b");
      assertThat(bench.harness().deadLetters("job-1"))
          .allMatch(item -> item.get("failure_count").asInt() == 1)
          .extracting(item -> item.get("item_id").asString())
          .containsExactlyInAnyOrder("item-1", "item-2");
      JsonNode again = Json.parse(bench.succeed("storage", "migrate").stdout());
      assertThat(again.get("imported").asInt()).isZero();
    }
  }

  /// `storage verify --repair` of a store that is damaged in several places.
  private record Repair() implements Scenario {
    @Override
    public String name() {
      return "repair";
    }

    @Override
    public void prepare(Bench bench) {
      go(bench);
      bench.succeed("run", job(bench).toString(), "-y");
      JobHarness harness = bench.harness();
      Path home = bench.prodigy().home();
      Path log =
          bench.prodigy().files("events").stream()
              .filter(file -> file.toString().endsWith(".jsonl"))
              .findFirst()
              .orElseThrow();
      write(log, "not an event\n" + JobHarness.read(log) + "{\"type\":\"torn");
      write(home.resolve("sessions/" + harness.session() + ".json"), "{\"id\":");
      write(home.resolve("state/demo/mappings/job-to-session.json"), "[]");
      write(home.resolve("dlq/demo/" + harness.job() + "/dlq-items.json"), "{");
    }

    @Override
    public List<String> command(Bench bench) {
      return List.of("storage", "verify", "--repair");
    }

    @Override
    public void recover(Bench bench) {
      bench.succeed("storage", "verify", "--repair");
    }

    @Override
    public boolean startsWhole() {
      return false;
    }

    @Override
    public void check(Bench bench) {
      bench.isSound();
      jobIsDone(bench);
      try (var files = Files.walk(bench.prodigy().home())) {
        List<String> kept =
            files
                .filter(Files::isRegularFile)
                .filter(file -> !file.toString().endsWith("events-index.json"))
                .map(JobHarness::read)
                .toList();
        for (String damaged : List.of("not an event", "{\"type\":\"torn", "{\"id\":")) {
          assertThat(kept).as(damaged).anyMatch(text -> text.contains(damaged));
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
