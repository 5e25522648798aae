package dev.prodigy.cli.manage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun.Result;
import dev.prodigy.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// `status` and `progress`, on a store of runs that happened.
class MonitoringTest {
  @TempDir static Path directory;
  private static DemoStore demo;

  @BeforeAll
  static void make() {
    demo = new DemoStore(directory);
  }

  @BeforeEach
  void restore() {
    demo.restore();
  }

  private static Result run(String... args) {
    return demo.prodigy().run(args);
  }

  private static JsonNode row(JsonNode status, String id) {
    for (JsonNode row : status.path("runs")) {
      if (row.path("id").asString().equals(id)) {
        return row;
      }
    }
    throw new AssertionError(id + " is not in " + status);
  }

  @Test
  void statusShowsEveryRunWhereverItIsAsked() {
    JsonNode status = Json.parse(demo.in(directory).run("status").out());

    assertThat(status.path("runs")).hasSize(5);
    JsonNode done = row(status, demo.done);
    assertThat(done.path("status").asString()).isEqualTo("Completed");
    assertThat(done.path("repository").asString()).isEqualTo("demo");
    assertThat(done.path("completed").asInt()).isEqualTo(3);
    assertThat(done.path("storage_bytes").asInt()).isPositive();
    JsonNode letters = row(status, demo.letters);
    assertThat(letters.path("completed").asInt()).isEqualTo(2);
    assertThat(letters.path("failed").asInt()).isEqualTo(1);
    assertThat(row(status, demo.failed).path("status").asString()).isEqualTo("Failed");
    JsonNode steps = row(status, demo.steps);
    assertThat(steps.path("phase").asString()).isEqualTo("step");
    assertThat(steps.path("completed").asInt()).isEqualTo(2);
  }

  @Test
  void liveRunsComeFirstAndAreNotCountedByTheLimit() {
    try (var _ = demo.workOn(demo.letters, demo.sessionOf(demo.letters))) {
      JsonNode status = Json.parse(run("status", "--limit", "1").out());

      assertThat(status.path("live").asInt()).isEqualTo(1);
      assertThat(status.path("runs")).hasSize(2);
      assertThat(status.path("runs").path(0).path("id").asString()).isEqualTo(demo.letters);
    }
  }

  @Test
  void peopleGetATable() {
    Result result = run("status", "--output-format", "human");

    assertThat(result.out())
        .contains(demo.done + "  good (demo)", "Completed  complete 3/3", "Nothing is running.");
  }

  @Test
  void aRunWhoseSessionWasCleanedAwayIsStillShown() {
    run("sessions", "clean", "--all", "--force");

    JsonNode status = Json.parse(run("status").out());

    JsonNode done = row(status, demo.done);
    assertThat(done.path("session_id").isNull()).isTrue();
    assertThat(done.path("status").asString()).isEqualTo("Completed");
  }

  @Test
  void costsAreThoseThatClaudeStated() throws IOException {
    String usage =
        """
        {"id":"u%d","timestamp":"2026-01-01T00:00:00.000Z","job_id":"x","type":"ClaudeTokenUsage",\
        "input_tokens":10,"output_tokens":5,"cost_usd":0.25}
        """;
    Files.writeString(
        demo.path("events/demo/" + demo.done + "/events-20260101000000000-00000001.jsonl"),
        usage.formatted(1) + usage.formatted(2));

    JsonNode done = row(Json.parse(run("status").out()), demo.done);

    assertThat(done.path("cost_usd").asDouble()).isEqualTo(0.5);
    assertThat(done.path("input_tokens").asInt()).isEqualTo(20);
  }

  @Test
  void progressTellsCountsRatesAndEveryAgent() {
    JsonNode progress = demo.one("progress", demo.letters);

    assertThat(progress.path("total_items").asInt()).isEqualTo(3);
    JsonNode metrics = progress.path("metrics");
    assertThat(metrics.path("completed_items").asInt()).isEqualTo(2);
    assertThat(metrics.path("failed_items").asInt()).isEqualTo(1);
    assertThat(metrics.path("active_agents").asInt()).isZero();
    assertThat(metrics.path("throughput_average").asDouble()).isPositive();
    assertThat(metrics.path("success_rate").asDouble()).isEqualTo(66.667);
    assertThat(progress.path("agent_states"))
        .extracting(state -> state.path("type").asString())
        .containsExactly("Completed", "DeadLettered", "Completed");
    assertThat(run("progress", demo.letters, "--output-format", "human").out())
        .contains("3/3 (100.0%)", "Completed: 2  Failed: 1");
  }

  @Test
  void progressIsExportedAsOneRowOrAPageOfItsOwn() throws IOException {
    Path csv = directory.resolve("p.csv");
    Path html = directory.resolve("p.html");

    run("progress", demo.letters, "--format", "csv", "--export", csv.toString());
    run("progress", demo.letters, "--format", "html", "--export", html.toString());

    assertThat(Files.readAllLines(csv))
        .hasSize(2)
        .first()
        .isEqualTo(
            "timestamp,job_id,completed_items,failed_items,pending_items,success_rate,"
                + "throughput_average");
    assertThat(Files.readString(html))
        .contains("<title>" + demo.letters + "</title>", "DeadLettered")
        .doesNotContain("http://", "https://");
  }

  @Test
  void watchingAJobThatHasEndedLooksOnce() {
    assertThat(run("progress", demo.done, "--watch").out().lines()).hasSize(1);
  }

  @Test
  void anUnknownJobIsAnError() {
    Result result = run("progress", "mapreduce-unknown");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("MapReduce job not found: mapreduce-unknown");
  }
}
