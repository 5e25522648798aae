package dev.prodigy.cli.author;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun;
import dev.prodigy.cli.ExitCode;
import dev.prodigy.model.Json;
import dev.prodigy.testkit.TestRepository;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// What helps people who write workflows.
class AuthoringTest {
  private static final String CI =
      """
      # keep this comment
      description: inner
      parameters: {stage: {type: string, required: true, description: Where}, n: {default: 3}}
      commands: [{shell: "echo registered ${stage}"}]
      """;

  @TempDir Path home;
  private TestRepository repository;

  @BeforeEach
  void open() {
    repository = TestRepository.create(home.resolve("project"));
  }

  private CommandRun at(Path directory) {
    return CommandRun.in(directory)
        .env("HOME", home.resolve("home").toString())
        .env("PATH", System.getenv("PATH"));
  }

  private CommandRun.Result prodigy(String... args) {
    return at(repository.path()).run(args);
  }

  private Path templates() {
    return home.resolve("home/.prodigy/templates");
  }

  @Test
  void aRegisteredTemplateIsUsedFromAnyDirectory() {
    repository.write("ci.yml", CI);
    repository.write("deep/w.yml", "template: {source: ci, with: {stage: dev}}\n");

    var registered =
        prodigy("template", "register", "ci.yml", "-d", "All checks", "-t", "ci, fast", "-a", "me");

    assertThat(registered.out()).contains("Template 'ci' registered successfully");
    assertThat(templates().resolve("ci.yml")).hasContent(CI);
    assertThat(at(repository.path("deep")).run("run", "w.yml").out()).contains("registered dev");
    assertThat(prodigy("template", "list", "--output-format", "human").out())
        .isEqualTo("  ci - All checks\n");
    assertThat(prodigy("template", "show", "ci", "--output-format", "human").out())
        .contains("Description: All checks", "Version: 1.0.0", "Tags: ci, fast", "Author: me")
        .contains("  - stage (String), required: Where", "  - n (Any): ", "    Default: 3");
    assertThat(Json.parse(prodigy("template", "show", "ci").out()).at("/parameters/0/name"))
        .isEqualTo(Json.parse("\"stage\""));
    assertThat(prodigy("template", "show", "ci", "--source").out()).contains("# keep this comment");
  }

  @Test
  void anotherTextNeedsForceAndTheOldOneIsKept() {
    repository.write("ci.yml", CI);
    prodigy("template", "register", "ci.yml", "-d", "d");
    repository.write("ci.yml", "- shell: other\n");

    var refused = prodigy("template", "register", "ci.yml");
    var forced = prodigy("template", "register", "ci.yml", "--force", "--version", "2.0.0");

    assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err()).contains("registered already");
    assertThat(forced.code()).isZero();
    assertThat(templates().resolve("versions/ci/1.0.0.yml")).hasContent(CI);
    repository.write("w.yml", "template: {source: ci@1.0.0, with: {stage: old}}\n");
    assertThat(prodigy("run", "w.yml").out()).contains("registered old");
  }

  @Test
  void theProjectsTemplateShadowsTheUsers() {
    repository.write("ci.yml", "- shell: echo users\n");
    prodigy("template", "register", "ci.yml");
    repository.write("ci.yml", "- shell: echo projects\n");
    prodigy("template", "register", "ci.yml", "--project");

    assertThat(prodigy("run", "ci").out()).contains("projects").doesNotContain("users");
    assertThat(prodigy("template", "list").out().lines())
        .hasSize(2)
        .anyMatch(line -> line.contains("\"shadowed\":true"));
  }

  @Test
  void badNamesAndUnknownOnesChangeNothing() {
    repository.write("x.yml", "- shell: 'true'\n");

    var evil = prodigy("template", "register", "x.yml", "-n", "../evil");
    var gone = prodigy("template", "delete", "nope", "-f");

    assertThat(evil.code()).isEqualTo(ExitCode.FAILED);
    assertThat(evil.err()).contains("error[E1005]", "../evil");
    assertThat(home.resolve("home/.prodigy/evil.yml")).doesNotExist();
    assertThat(gone.code()).isEqualTo(ExitCode.FAILED);
    assertThat(gone.err()).contains("Template 'nope' not found");
    prodigy("template", "register", "x.yml");
    assertThat(prodigy("template", "delete", "x").code()).isEqualTo(ExitCode.USAGE);
    assertThat(prodigy("template", "show", "y").err()).contains("did you mean 'x'?");
    assertThat(prodigy("template", "delete", "x", "-f").out()).contains("Template 'x' deleted");
    assertThat(prodigy("template", "list", "--output-format", "human").out())
        .isEqualTo("No templates found.\n");
  }

  @Test
  void templatesAreFoundByWordsAndCheckedBeforeTheyAreUsed() {
    repository.write("ci.yml", CI);
    repository.write("bad.yml", "- shel: x\n");
    prodigy("template", "register", "ci.yml", "-d", "All Checks", "-t", "fast");

    assertThat(prodigy("template", "search", "all chec", "--output-format", "human").out())
        .contains("Found 1 template(s):");
    assertThat(prodigy("template", "search", "zzz", "--output-format", "human").out())
        .contains("No templates found matching 'zzz'");
    assertThat(prodigy("template", "validate", "ci.yml").out())
        .contains("Template file is valid", "Features: parameters", "1 required, 1 optional");
    var bad = prodigy("template", "validate", "bad.yml");
    assertThat(bad.code()).isEqualTo(ExitCode.FAILED);
    assertThat(bad.err()).contains("bad.yml:1:", "No command specified");
  }

  @Test
  void filesToBeginWith() throws Exception {
    assertThat(prodigy("template", "init").code()).isZero();
    assertThat(prodigy("template", "validate", "templates/refactor-example.yml").code()).isZero();

    var written = prodigy("template", "new", "refactor-example", "-o", "use.yml");

    assertThat(written.code()).isZero();
    assertThat(Files.readString(repository.path("use.yml"))).contains("target: TODO", "# tests: ");
    assertThat(prodigy("compose", "use.yml").out()).contains("/refactor TODO");
  }

  @Test
  void theComposedWorkflowTellsWhereEachValueStands() {
    repository.write("base.yml", "env: {A: a}\ncommands: [{shell: base}]\n");
    repository.write(
        "w.yml", "extends: base.yml\nparameters: {k: {secret: true}}\nenv: {B: \"${k}\"}\n");

    var result = prodigy("compose", "w.yml", "--param", "k=hidden-key");

    assertThat(result.out())
        .containsPattern("A: \"a\" +# .*base.yml:1")
        .containsPattern("B: \"\\*\\*\\*\" +# .*w.yml:3")
        .doesNotContain("hidden-key");
    JsonNode metadata =
        Json.parse(prodigy("compose", "w.yml", "--param", "k=x", "--metadata").out());
    assertThat(metadata.at("/dependencies/0/dep_type").asString()).isEqualTo("extends");
  }

  @Test
  void initInstallsOnceAndLosesNothing() throws Exception {
    Path command = repository.path(".claude/commands/prodigy-lint.md");

    var first = prodigy("init");
    var second = prodigy("init");

    assertThat(first.out()).contains("18 command(s) installed, 0 skipped");
    assertThat(second.out()).contains("up to date: ci", "0 command(s) installed, 18 skipped");
    assertThat(repository.path(".prodigy/config.yml")).hasContent("name: \"project\"\n");
    Files.writeString(command, "mine");
    assertThat(prodigy("init", "-c", "prodigy-lint").code()).isZero();
    assertThat(command).hasContent("mine");
    assertThat(prodigy("init", "-f").out()).contains("installed: prodigy-lint");
    assertThat(repository.path(".claude/commands/prodigy-lint.md.bak")).hasContent("mine");
    assertThat(prodigy("init", "-c", "nope").code()).isEqualTo(ExitCode.FAILED);
    assertThat(prodigy("init", "-c", "nope,ci").err()).contains("No such command: nope");
  }

  @Test
  void initMakesARepositoryWhereThereIsNone() throws Exception {
    Path plain = Files.createDirectories(home.resolve("plain"));

    assertThat(at(plain).run("init", "-c", "ci").out()).contains("Made a git repository");
    assertThat(plain.resolve(".git")).isDirectory();
  }
}
