package dev.prodigy.cli.manage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun;
import dev.prodigy.cli.CommandRun.Result;
import dev.prodigy.model.Json;
import dev.prodigy.storage.RunLock;
import dev.prodigy.storage.file.FileStore;
import dev.prodigy.testkit.TestRepository;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import tools.jackson.databind.JsonNode;

/// A repository `demo` and the store of runs that really happened in it: a job that went well, one
/// with a dead letter, one that failed and could be resumed, and two runs of steps, one failed.
///
/// Made once for a class and put back before each test.
final class DemoStore {
  private static final String DONE =
      "echo ${item.id} > %1$s${item.id} && git add . && git commit -qm %1$s";
  private static final String SECOND_FAILS = "test ${item.id} != 2 && " + DONE;

  final Path directory;
  final Path root;
  final TestRepository repository;
  final String done;
  final String letters;
  final String failed;
  final String steps;
  final String stepsFailed;

  DemoStore(Path directory) {
    this.directory = directory;
    this.root = directory.resolve("world/store");
    this.repository = TestRepository.create(directory.resolve("world/demo"));
    done = job(0, "good", DONE.formatted("a"), "on_item_failure: dlq");
    letters = job(0, "mixed", SECOND_FAILS.formatted("b"), "on_item_failure: dlq");
    failed = job(1, "broken", SECOND_FAILS.formatted("c"), "max_failures: 1");
    steps = steps(0, "steps-good", "true");
    stepsFailed = steps(1, "steps-broken", "exit 3");
    copy(directory.resolve("world"), directory.resolve("pristine"));
  }

  /// As it was made.
  void restore() {
    delete(directory.resolve("world"));
    copy(directory.resolve("pristine"), directory.resolve("world"));
  }

  private String job(int code, String name, String step, String policy) {
    run(
        code,
        name,
        """
        name: %s
        mode: mapreduce
        map:
          input: '[{"id":1},{"id":2},{"id":3}]'
          max_parallel: 3
          agent_template:
            - shell: %s
        error_policy: {%s}
        """
            .formatted(name, step, policy));
    List<String> jobs = names("state/demo/mapreduce/jobs", j -> stateOf(j).equals(name));
    assertThat(jobs).hasSize(1);
    return jobs.getFirst();
  }

  private String stateOf(String job) {
    return json("state/demo/mapreduce/jobs/" + job + "/job-state.json")
        .path("workflow_name")
        .asString();
  }

  private String steps(int code, String name, String last) {
    run(
        code,
        name,
        """
        name: %1$s
        commands:
          - shell: echo 1 > %1$s && git add . && git commit -qm %1$s
          - shell: %2$s
        """
            .formatted(name, last));
    return names("sessions", f -> f.endsWith(".json")).stream()
        .filter(
            f ->
                json("sessions/" + f)
                    .path("workflow_data")
                    .path("workflow_name")
                    .asString("")
                    .equals(name))
        .map(f -> f.replace(".json", ""))
        .findFirst()
        .orElseThrow();
  }

  private void run(int code, String name, String yaml) {
    try {
      Path file = Files.writeString(directory.resolve(name + ".yml"), yaml);
      Result result =
          prodigy().env("PRODIGY_MERGE_ASSIST", "false").run("run", file.toString(), "-y");
      assertThat(result.code()).as(result.out() + result.err()).isEqualTo(code);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  CommandRun prodigy() {
    return in(repository.path());
  }

  CommandRun in(Path where) {
    return CommandRun.in(where)
        .env("HOME", directory.resolve("home").toString())
        .env("PATH", System.getenv("PATH"))
        .env("PRODIGY_HOME", root.toString());
  }

  /// Runs a command that must succeed.
  String out(String... args) {
    Result result = prodigy().run(args);
    assertThat(result.code()).as(result.out() + result.err()).isZero();
    return result.out();
  }

  List<JsonNode> lines(String... args) {
    return out(args).lines().map(Json::parse).toList();
  }

  JsonNode one(String... args) {
    return Json.parse(out(args));
  }

  String sessionOf(String job) {
    return json("state/demo/mappings/job-to-session.json").path(job).asString();
  }

  /// As a process that works on it would.
  RunLock workOn(String... ids) {
    return FileStore.open(root).locks().acquire(List.of(ids), false);
  }

  JsonNode json(String path) {
    return Json.parse(read(root.resolve(path)));
  }

  Path path(String inside) {
    return root.resolve(inside);
  }

  List<String> names(String path, Predicate<String> wanted) {
    try (var files = Files.list(root.resolve(path))) {
      return files
          .map(f -> f.getFileName().toString())
          .filter(n -> !n.startsWith(".") && wanted.test(n))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Every file below, but locks, with its bytes.
  Map<String, String> contents(String... paths) {
    var all = new TreeMap<String, String>();
    for (String path : paths) {
      try (var files = Files.walk(root.resolve(path))) {
        files
            .filter(f -> Files.isRegularFile(f) && !f.toString().endsWith(".lock"))
            .forEach(f -> all.put(root.relativize(f).toString(), read(f)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return all;
  }

  static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void write(Path file, String text) {
    try {
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void copy(Path from, Path to) {
    try (var files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Files.copy(file, to.resolve(from.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void delete(Path tree) {
    try (var files = Files.walk(tree)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
