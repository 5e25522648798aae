package dev.prodigy.engine;

import dev.prodigy.agent.OutputLine;
import dev.prodigy.git.Repository;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.WorktreeRecord;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.file.FileStore;
import dev.prodigy.testkit.ScriptedClaude;
import dev.prodigy.testkit.TestRepository;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.WorkflowLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A user's home with a repository and a store, in which tests run whole workflows.
final class Sessions implements RunReporter {
  final Path home;
  final TestRepository repository;
  final ScriptedClaude claude;
  final Store store;
  final Map<String, String> environment;
  final List<String> lines = Collections.synchronizedList(new ArrayList<>());
  StopSignal stop = new StopSignal();
  MergeDecision.Answer answer = MergeDecision.Answer.NOBODY;
  List<String> args = List.of();

  Sessions(Path home) {
    this(home, TestRepository.create(home.resolve("project")));
  }

  /// What another process has made.
  static Sessions reopen(Path home) {
    return new Sessions(home, null);
  }

  private Sessions(Path home, @Nullable TestRepository repository) {
    this.home = home;
    this.repository =
        repository == null ? TestRepository.empty(home.resolve("project")) : repository;
    claude = ScriptedClaude.install(Bench.directory(home.resolve("bin")));
    store = FileStore.open(home.resolve("root"));
    environment = Bench.environment(home, claude);
  }

  RunRequest request() {
    return new RunRequest(
        store,
        Repository.discover(repository.path()),
        workflowFile(),
        environment,
        Map.of(),
        null,
        args,
        answer == MergeDecision.Answer.YES,
        (worktree, target) -> answer,
        this,
        stop,
        InstantSource.system());
  }

  Path workflowFile() {
    return home.resolve("flow.yml");
  }

  LoadedWorkflow workflow(String yaml) {
    try {
      Files.writeString(workflowFile(), yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return WorkflowLoader.load(workflowFile());
  }

  RunResult run(String yaml) {
    return run(yaml, SequentialRun.Options.DEFAULT);
  }

  RunResult run(String yaml, SequentialRun.Options options) {
    return SequentialRun.start(request(), workflow(yaml), options);
  }

  RunResult resume(SessionId session) {
    return resume(session, ResumeOptions.DEFAULT);
  }

  RunResult resume(SessionId session, ResumeOptions options) {
    lines.clear();
    stop = new StopSignal();
    return SequentialRun.resume(request(), session, options);
  }

  Session session(SessionId id) {
    return store.sessions().find(id).orElseThrow();
  }

  RepositoryStore repositoryStore() {
    return store.repository(store.repositories().getFirst());
  }

  WorktreeRecord worktree(SessionId id) {
    return repositoryStore().worktrees().find(id.value()).orElseThrow();
  }

  Path worktreePath(SessionId id) {
    return Path.of(worktree(id).path());
  }

  String read(SessionId id, String file) {
    try {
      return Files.readString(worktreePath(id).resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// The types of a run's events, in order.
  List<String> events(SessionId id) {
    Path directory = store.root().resolve("events").resolve(repositoryStore().name().value());
    try (var files = Files.walk(directory.resolve(JobId.of(id).value()))) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(".jsonl"))
          .sorted()
          .flatMap(Sessions::lines)
          .map(line -> line.replaceFirst(".*?\"type\":\"(\\w+)\".*", "$1"))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static java.util.stream.Stream<String> lines(Path file) {
    try {
      return Files.readAllLines(file).stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// Every file under the store's root that contains the text.
  List<Path> filesContaining(String text) {
    try (var files = Files.walk(store.root())) {
      return files
          .filter(Files::isRegularFile)
          .filter(
              file -> {
                try {
                  return new String(
                          Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1)
                      .contains(text);
                } catch (IOException e) {
                  throw new UncheckedIOException(e);
                }
              })
          .collect(Collectors.toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void info(String line) {
    lines.add(line);
  }

  @Override
  public void warning(String line) {
    lines.add("warning: " + line);
  }

  @Override
  public void output(OutputLine line, boolean agent) {
    lines.add(line.text());
  }

  @Override
  public boolean wantsOutput() {
    return true;
  }
}
