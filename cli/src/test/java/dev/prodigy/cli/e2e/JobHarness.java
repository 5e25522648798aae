package dev.prodigy.cli.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.Json;
import dev.prodigy.testkit.ProdigyCommand;
import dev.prodigy.testkit.TestRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// A repository `demo` on branch `main`, a store of its own and the built executable: everything a
/// test of a whole job needs, and the questions such tests ask.
public final class JobHarness {
  public final TestRepository repository;
  public final ProdigyCommand prodigy;

  /// @param directory where all is made, unless it is there already
  public JobHarness(Path directory) {
    Path demo = directory.resolve("demo");
    repository = Files.exists(demo) ? TestRepository.at(demo) : TestRepository.create(demo);
    prodigy =
        ProdigyCommand.of(Executable.path(), directory.resolve("home"), repository.path())
            .with("PRODIGY_MERGE_ASSIST", "false");
  }

  /// Writes a workflow outside the repository, so that it stays clean.
  public Path workflow(String yaml) {
    try {
      return Files.writeString(repository.path().resolveSibling("wf.yml"), yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public ProdigyCommand.Result run(String yaml, String... more) {
    var arguments = new ArrayList<>(List.of("run", workflow(yaml).toString(), "-y"));
    arguments.addAll(List.of(more));
    return prodigy.run(arguments.toArray(String[]::new));
  }

  /// The only job of the store.
  public String job() {
    List<String> jobs = jobs();
    assertThat(jobs).hasSize(1);
    return jobs.getFirst();
  }

  public List<String> jobs() {
    return list(prodigy.home().resolve("state/demo/mapreduce/jobs"));
  }

  public String session() {
    List<String> sessions =
        list(prodigy.home().resolve("sessions")).stream()
            .filter(name -> name.endsWith(".json"))
            .toList();
    assertThat(sessions).hasSize(1);
    return sessions.getFirst().replace(".json", "");
  }

  public List<JsonNode> events(String job) {
    return prodigy.files("events/demo/" + job).stream()
        .filter(path -> path.getFileName().toString().startsWith("events-"))
        .flatMap(path -> read(path).lines())
        .map(Json::parse)
        .collect(Collectors.toList());
  }

  public List<JsonNode> events(String job, String type) {
    return events(job).stream().filter(event -> event.get("type").asString().equals(type)).toList();
  }

  public List<JsonNode> deadLetters(String job) {
    var items = new ArrayList<JsonNode>();
    Json.parse(read(prodigy.home().resolve("dlq/demo/" + job + "/dlq-items.json")))
        .get("items")
        .forEach(items::add);
    return items;
  }

  /// Nothing of a finished run is left in the repository or under `worktrees`.
  public void assertNothingLeft() {
    assertThat(repository.git("worktree", "list", "--porcelain").lines())
        .filteredOn(line -> line.startsWith("worktree "))
        .hasSize(1);
    assertThat(repository.branches()).allMatch(branch -> !branch.startsWith("prodigy-"));
    assertThat(list(prodigy.home().resolve("worktrees/demo")))
        .allMatch(name -> name.startsWith("."));
    assertThat(repository.isClean()).isTrue();
  }

  public static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static List<String> list(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (var files = Files.list(directory)) {
      return files.map(path -> path.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
