package dev.prodigy.cli.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun;
import dev.prodigy.cli.e2e.JobHarness;
import dev.prodigy.model.Json;
import dev.prodigy.testkit.ProdigyCommand;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import tools.jackson.databind.JsonNode;

/// A repository and a store in one directory, and what is asked of them after a fault.
final class Bench {
  private static final Set<String> STARTING_STEPS = Set.of("run", "resume", "dlq");

  private final JobHarness harness;
  private final Path directory;

  Bench(Path directory) {
    this.directory = directory;
    harness = new JobHarness(directory);
  }

  JobHarness harness() {
    return harness;
  }

  ProdigyCommand prodigy() {
    return harness.prodigy;
  }

  Path path(String relative) {
    return directory.resolve(relative);
  }

  /// Runs the command and expects that it succeeds.
  ProdigyCommand.Result succeed(String... words) {
    ProdigyCommand.Result result = run(words);
    assertThat(result.exitCode()).as(List.of(words) + " " + result).isZero();
    return result;
  }

  /// Runs the command, whatever comes of it. Commands that start steps run as processes: what they
  /// write then has a writer that is gone. Short ones run within this one, since there are tens of
  /// thousands of them.
  ProdigyCommand.Result run(String... words) {
    if (STARTING_STEPS.contains(words[0])) {
      return prodigy().run(words);
    }
    CommandRun.Result result =
        CommandRun.in(harness.repository.path())
            .env("PATH", System.getenv("PATH"))
            .env("PRODIGY_HOME", prodigy().home().toString())
            .run(words);
    return new ProdigyCommand.Result(result.code(), result.out(), result.err());
  }

  /// Session ids `sessions ls --resumable` prints, newest first.
  List<String> resumable() {
    return records("sessions", "ls", "--resumable").stream()
        .map(session -> session.get("id").asString())
        .toList();
  }

  /// The JSON lines a listing prints.
  List<JsonNode> records(String... words) {
    return succeed(words).lines().stream().map(Json::parse).toList();
  }

  /// Resumes everything there is to be resumed.
  void resumeAll() {
    for (String session : resumable()) {
      succeed("resume", session, "-y");
    }
  }

  /// `storage verify --repair`, after which nothing is left to be repaired.
  void mend() {
    run("storage", "verify", "--repair");
    isSound();
  }

  /// `storage verify` finds nothing but locks of processes that were killed.
  void isSoundButForLocks() {
    ProdigyCommand.Result result = run("storage", "verify", "--output-format", "human");
    assertThat(result.lines())
        .as(result.toString())
        .filteredOn(line -> !line.startsWith("lock:"))
        .noneMatch(line -> line.matches("[a-z]+: .*"));
  }

  /// `storage verify` finds nothing.
  void isSound() {
    ProdigyCommand.Result result = run("storage", "verify", "--output-format", "human");
    assertThat(result.exitCode()).as(result.toString()).isZero();
  }

  /// Every document is a whole one, every complete line of a log is a record. Files about to be
  /// replaced have names of their own.
  void documentsAreWhole() {
    for (Path file : prodigy().files("")) {
      String name = file.getFileName().toString();
      Path home = prodigy().home();
      if (name.startsWith(".")
          || file.startsWith(home.resolve("worktrees/demo"))
          || file.startsWith(home.resolve("quarantine"))) {
        continue;
      }
      if (name.endsWith(".json")) {
        whole(file, JobHarness.read(file));
      } else if (name.endsWith(".jsonl")) {
        String text = JobHarness.read(file);
        String complete = text.substring(0, text.lastIndexOf('\n') + 1);
        complete.lines().forEach(line -> whole(file, line));
      }
    }
  }

  private static void whole(Path file, String text) {
    try {
      Json.parse(text);
    } catch (RuntimeException e) {
      throw new AssertionError(file + " is damaged: " + text, e);
    }
  }

  /// What [#work] is once each of so many items, the setup and the reduce committed once.
  static List<String> workOf(int items) {
    var expected = new ArrayList<>(List.of("items", "total"));
    IntStream.rangeClosed(1, items).forEach(item -> expected.add("i" + item));
    expected.sort(null);
    return expected;
  }

  /// The subjects of the commits on `main` that are the agents' own, sorted.
  List<String> work() {
    var subjects = new ArrayList<String>();
    for (String subject : harness.repository.log("main")) {
      if (!subject.startsWith("Merge ") && !subject.equals("init")) {
        subjects.add(subject);
      }
    }
    subjects.sort(null);
    return subjects;
  }
}
