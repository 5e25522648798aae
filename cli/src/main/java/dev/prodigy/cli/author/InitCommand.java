package dev.prodigy.cli.author;

import dev.prodigy.agent.AgentException;
import dev.prodigy.agent.CommandSpec;
import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.git.GitException;
import dev.prodigy.git.Repository;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// `prodigy init`: the agent commands that workflows call, in `.claude/commands/` of a project. A
/// file the user has changed is never lost: it stays, or is kept as `.bak`.
public final class InitCommand {
  static final List<String> COMMANDS =
      List.of(
          "add-spec",
          "ci",
          "commit-changes",
          "complete-spec",
          "coverage",
          "debug-test-failure",
          "docs-generate",
          "merge-master",
          "performance",
          "prodigy-cleanup-tech-debt",
          "prodigy-code-review",
          "prodigy-implement-spec",
          "prodigy-lint",
          "prodigy-merge-worktree",
          "prodigy-product-enhance",
          "security-audit",
          "test-generate",
          "validate-spec");
  private static final Option<Optional<String>> CHOSEN =
      Option.value("commands", "A,B", Values.TEXT, "Only these").letter('c');
  private static final Option<Boolean> FORCE =
      Option.flag("force", "Replace changed files; they are kept as .bak").letter('f');

  private final Invocation call;
  private final Console console;
  private final Map<String, Path> ofPlugins;
  private int installed;
  private int skipped;

  private InitCommand(Invocation call) {
    this.call = call;
    console = call.console();
    ofPlugins = Plugins.of(call).commands();
  }

  public static void define(Command command) {
    command.options(CHOSEN, FORCE).runs(call -> new InitCommand(call).run());
  }

  private int run() {
    Path project = call.directory();
    List<String> wanted = wanted();
    console.print("Initializing Prodigy commands in: " + project);
    requireRepository(project);
    Path directory = project.resolve(".claude/commands");
    try {
      Files.createDirectories(directory);
      install(directory, wanted);
      configure(project);
    } catch (IOException e) {
      throw TemplateStore.unreadable(directory, e);
    }
    console.print("Installation complete!");
    console.print("  %d command(s) installed, %d skipped".formatted(installed, skipped));
    console.print("Next: write a workflow and run it with: prodigy run workflow.yml");
    return ExitCode.OK;
  }

  private List<String> wanted() {
    List<String> all =
        Stream.concat(COMMANDS.stream(), ofPlugins.keySet().stream()).distinct().toList();
    if (call.get(CHOSEN).isEmpty()) {
      return all;
    }
    var names = new ArrayList<String>();
    var unknown = new ArrayList<String>();
    Arrays.stream(call.get(CHOSEN).get().split(",", -1))
        .map(String::strip)
        .filter(name -> !name.isEmpty())
        .map(name -> name.endsWith(".md") ? name.substring(0, name.length() - 3) : name)
        .forEach(name -> (all.contains(name) ? names : unknown).add(name));
    String available = "available: " + String.join(", ", all);
    if (names.isEmpty()) {
      throw new ProdigyException(
          ErrorCode.VALIDATION, "No such command: " + String.join(", ", unknown), available);
    }
    if (!unknown.isEmpty()) {
      console.warn("No such command: %s (%s)".formatted(String.join(", ", unknown), available));
    }
    return names;
  }

  private void requireRepository(Path project) {
    try {
      var _ = Repository.discover(project);
    } catch (GitException _) { // then it becomes one
      try (var processes = new ProcessRunner()) {
        var made = processes.run(CommandSpec.of(List.of("git", "init", "-q"), project, call.env()));
        if (!made.succeeded()) {
          throw new ProdigyException(
              ErrorCode.GIT, "git init failed: " + made.stderr().strip(), null);
        }
        console.print("Made a git repository: " + project);
      } catch (AgentException e) {
        throw new ProdigyException(
            ErrorCode.GIT,
            "git is not installed, or not on PATH",
            null,
            e.message(),
            "install git, then run prodigy init again",
            e);
      }
    }
  }

  private void install(Path directory, List<String> names) throws IOException {
    var changed = new ArrayList<String>();
    for (String name : names) {
      Path file = directory.resolve(name + ".md");
      if (Files.exists(file) && !Arrays.equals(Files.readAllBytes(file), text(name))) {
        changed.add(name);
      }
    }
    if (!changed.isEmpty() && !call.get(FORCE)) {
      console.print("These differ from ours and are kept: " + String.join(", ", changed));
      if (console.terminals().input()
          && !console.prompts().confirm("continue and skip existing commands?")) {
        console.print("Cancelled.");
        skipped += names.size();
        return;
      }
    }
    for (String name : names) {
      install(directory.resolve(name + ".md"), name, changed.contains(name));
    }
  }

  private void install(Path file, String name, boolean changed) throws IOException {
    if (changed && !call.get(FORCE)) {
      skipped++;
      return;
    }
    if (!changed && Files.exists(file)) {
      console.print("  up to date: " + name);
      skipped++;
      return;
    }
    if (changed) {
      TemplateRegistration.write(file.resolveSibling(name + ".md.bak"), Files.readAllBytes(file));
    }
    TemplateRegistration.write(file, text(name));
    console.print("  installed: " + name);
    installed++;
  }

  private byte[] text(String name) throws IOException {
    Path ofPlugin = COMMANDS.contains(name) ? null : ofPlugins.get(name);
    if (ofPlugin != null) {
      return Files.readAllBytes(ofPlugin);
    }
    try (InputStream in = InitCommand.class.getResourceAsStream("commands/" + name + ".md")) {
      if (in == null) {
        throw new IllegalStateException("no command text for " + name);
      }
      return in.readAllBytes();
    }
  }

  private void configure(Path project) throws IOException {
    Path file = project.resolve(".prodigy/config.yml");
    if (Files.exists(file) || Files.exists(project.resolve(".prodigy/config.yaml"))) {
      return;
    }
    Files.createDirectories(file.getParent());
    String name = Json.text(Json.NODES.stringNode(String.valueOf(project.getFileName())));
    TemplateRegistration.write(file, ("name: " + name + "\n").getBytes(StandardCharsets.UTF_8));
    console.print("Created .prodigy/config.yml");
    console.print("Put .prodigy/config.local.yml into .gitignore: it is for settings of your own");
  }
}
