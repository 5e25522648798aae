package dev.prodigy.cli.run;

import dev.prodigy.agent.CommandResult;
import dev.prodigy.agent.CommandSpec;
import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.git.Repository;
import dev.prodigy.mapreduce.JobOutcome;
import dev.prodigy.mapreduce.MapReduceJobs;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.storage.Store;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.WorkflowLoader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// `prodigy demo`: the main job on real input, in a small git repository made for it. Uses no
/// account, server or key.
public final class DemoCommand {
  private static final int CHAPTERS = 12;
  private static final int FLAKY = 5;
  private static final int UNREADABLE = 9;
  private static final String MAKE_REPOSITORY =
      "git init -q -b main && git config user.name 'Prodigy Demo'"
          + " && git config user.email demo@localhost && git add . && git commit -qm 'Twelve chapters'";
  private static final Option<Optional<Path>> DIRECTORY =
      Option.value("dir", "DIR", Values.PATH, "Make the repository here; default: a new directory");

  private DemoCommand() {}

  public static void define(Command command) {
    command
        .options(
            DIRECTORY,
            RunOptions.YES,
            RunOptions.AUTO_MERGE,
            RunOptions.MAX_PARALLEL,
            RunOptions.ENV)
        .runs(DemoCommand::run);
  }

  private static int run(Invocation call) {
    Path directory = directory(call);
    Path repositoryPath = directory.resolve("prodigy-demo");
    Path workflow = directory.resolve("demo.yml");
    try {
      makeRepository(repositoryPath, call.env());
      Files.writeString(workflow, workflowText());
    } catch (IOException e) {
      throw new ProdigyException(
          ErrorCode.STORAGE_IO,
          "Cannot make the demo's repository in " + directory,
          null,
          String.valueOf(e.getMessage()),
          "prodigy demo --dir <a directory you may write to>",
          e);
    }
    call.console()
        .print("Made a git repository with %d chapters: %s".formatted(CHAPTERS, repositoryPath));
    call.console().print("Running this workflow in it:          %s".formatted(workflow));
    LoadedWorkflow loaded = WorkflowLoader.load(workflow);
    Repository repository = Repository.discover(repositoryPath);
    try (var session = new RunSession(call, repository, workflow, List.of())) {
      return session.ended(
          () -> MapReduceJobs.start(session.request().agreeing(), loaded, session.jobOptions()),
          (outcome, code) -> {
            if (code == ExitCode.OK) {
              tour(call.console(), session.request().store(), repositoryPath, outcome);
            }
            return code;
          });
    }
  }

  private static Path directory(Invocation call) {
    try {
      Optional<Path> asked = call.get(DIRECTORY);
      return asked.isPresent()
          ? Files.createDirectories(call.callerDirectory().resolve(asked.get()))
          : Files.createTempDirectory("prodigy-demo-");
    } catch (IOException e) {
      throw new ProdigyException(
          ErrorCode.STORAGE_IO,
          "Cannot make a directory for the demo",
          null,
          String.valueOf(e.getMessage()),
          "prodigy demo --dir <a directory you may write to>",
          e);
    }
  }

  private static String workflowText() throws IOException {
    try (InputStream in =
        Objects.requireNonNull(DemoCommand.class.getResourceAsStream("demo.yml"))) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  private static void makeRepository(Path path, Map<String, String> env) throws IOException {
    Path chapters = Files.createDirectories(path.resolve("chapters"));
    for (int i = 1; i <= CHAPTERS; i++) {
      String text =
          "It was night, and number %d of the agents was at work.\n".formatted(i).repeat(i);
      if (i == FLAKY) {
        text += "FLAKY: this chapter fails once.\n";
      }
      if (i == UNREADABLE) {
        text += "UNREADABLE: no agent can handle this one.\n";
      }
      Files.writeString(chapters.resolve("chapter-%02d.md".formatted(i)), text);
    }
    try (var processes = new ProcessRunner()) {
      CommandResult made = processes.run(CommandSpec.shell(MAKE_REPOSITORY, path, env));
      if (!made.succeeded()) {
        throw new IOException(made.stderr().strip());
      }
    }
  }

  private static void tour(Console console, Store store, Path repository, JobOutcome outcome) {
    String job = outcome.job().value();
    Path root = store.root();
    String name = root.resolve("events").relativize(eventsOf(root, job)).getName(0).toString();
    console.print("");
    console.print("What it left, and how to look at it:");
    show(console, "the work", "git -C %s log --oneline --graph".formatted(repository));
    show(
        console,
        "events",
        "cat %s/events/%s/%s/events-*.jsonl | jq -c '[.type, .item_id]'"
            .formatted(root, name, job));
    show(
        console, "last event", "prodigy events ls --job_id %s --limit 1 | jq .type".formatted(job));
    show(
        console,
        "checkpoints",
        "cat %s/state/%s/mapreduce/jobs/%s/map-checkpoint-*.json | jq .metadata"
            .formatted(root, name, job));
    show(console, "session", "jq . %s/sessions/%s.json".formatted(root, outcome.session()));
    show(
        console,
        "dead letters",
        "jq '.items[].failure_history' %s/dlq/%s/%s/dlq-items.json".formatted(root, name, job));
    show(console, "try them again", "prodigy -p %s dlq retry %s".formatted(repository, job));
    show(console, "disk use", "prodigy storage usage");
  }

  private static Path eventsOf(Path root, String job) {
    try (var repositories = Files.list(root.resolve("events"))) {
      return repositories
          .map(repository -> repository.resolve(job))
          .filter(Files::isDirectory)
          .findFirst()
          .orElse(root.resolve("events").resolve("prodigy-demo").resolve(job));
    } catch (IOException e) {
      throw new ProdigyException(
          ErrorCode.STORAGE_IO, "Cannot list " + root, null, e.getMessage(), null, e);
    }
  }

  private static void show(Console console, String what, String command) {
    console.print("  %-15s %s".formatted(what, command));
  }
}
