package dev.prodigy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.Json;
import dev.prodigy.testkit.ScriptedClaude;
import dev.prodigy.testkit.TestRepository;
import dev.prodigy.workflow.expression.JsonSchema;
import dev.prodigy.workflow.schema.SchemaWriter;
import dev.prodigy.workflow.yaml.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// Every file of `examples/`, run against a scripted agent, with what it does to a repository.
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("../examples").toAbsolutePath().normalize();

  @TempDir Path home;
  private TestRepository repository;
  private ScriptedClaude claude;

  static Stream<Path> examples() throws IOException {
    try (var files = Files.list(EXAMPLES)) {
      return files.filter(file -> file.toString().endsWith(".yml")).sorted().toList().stream();
    }
  }

  @BeforeEach
  void open() throws IOException {
    repository = TestRepository.create(home.resolve("project"));
    claude = ScriptedClaude.install(Files.createDirectories(home.resolve("bin")));
  }

  private CommandRun prodigy() {
    return CommandRun.in(repository.path())
        .env("HOME", home.resolve("home").toString())
        .env("PATH", claude.path())
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .env("NIGHTLY_WEBHOOK", "https://hooks.example/secret");
  }

  private CommandRun.Result run(String example, String... options) {
    var args = new ArrayList<>(List.of("run", EXAMPLES.resolve(example).toString(), "-y"));
    args.addAll(List.of(options));
    var result = prodigy().run(args.toArray(String[]::new));
    assertThat(result.code()).as(result.out() + result.err()).isZero();
    return result;
  }

  private ScriptedClaude.Rule on(String prompt) {
    return claude.on(prompt);
  }

  private static String commit(String file, String text) {
    return "mkdir -p \"$(dirname '%1$s')\"; echo '%2$s' >> '%1$s'; git add '%1$s'; git commit -qm 'work on %1$s'"
        .formatted(file, text);
  }

  private void executable(String file, String script) {
    repository.write(file, script);
    try {
      Files.setPosixFilePermissions(
          repository.path(file), PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @MethodSource("examples")
  void areValidByTheStrictestMeasureAndByTheSchema(Path file) throws IOException {
    var result = prodigy().run("validate", "--strict", file.toString());
    assertThat(result.code()).as(result.err()).isZero();

    var schema = JsonSchema.of(SchemaWriter.schema());
    var root = Objects.requireNonNull(Yaml.parse(Files.readString(file), "x.yml").root());
    assertThat(schema.problems(root.json())).isEmpty();
    assertThat(prodigy().run("explain", file.toString()).out()).contains("# default");
    assertThat(prodigy().run("migrate-yaml", file.toString()).out()).contains("Up to date");
    assertThat(Files.readString(Path.of("../docs/examples.md")))
        .as("listed in the documentation")
        .contains("examples/" + file.getFileName());
  }

  @Test
  void fixTests() {
    repository.write("Makefile", "test:\n\tgrep -q fixed code.txt\n").write("code.txt", "broken\n");
    repository.commit("start");
    on("fails in this repository").run(commit("code.txt", "fixed")).install();

    var result = run("fix-tests.yml");

    assertThat(result.out()).contains("work on code.txt");
    assertThat(repository.path("code.txt")).content().contains("fixed");
  }

  @Test
  void addDocs() {
    repository.write("a.py", "a\n").write("b.py", "b\n").write("c.txt", "c\n").commit("start");
    on("documentation comments in a.py").run("echo '# doc' >> a.py").install();
    on("documentation comments in b.py").run("echo '# doc' >> b.py").install();

    assertThat(run("add-docs.yml").out()).contains("2 of 2 files documented");
    assertThat(repository.path("b.py")).hasContent("b\n# doc");
    assertThat(repository.log()).contains("Document a.py");
  }

  @Test
  void migrateApi() {
    repository.write("a.txt", "old_client\n").write("d/b.txt", "x\n").write("c.md", "old_client");
    repository.commit("start");
    on("In a.txt, replace")
        .run("sed -i s/old_client/new_client/ a.txt; git commit -qam migrated")
        .install();

    run("migrate-api.yml");

    assertThat(repository.path("a.txt")).hasContent("new_client");
    assertThat(repository.path("c.md")).hasContent("old_client");
    assertThat(claude.calls()).hasSize(1);
  }

  @Test
  void reviewPullRequest() {
    repository.write("a.txt", "a\n").commit("start");
    repository.git("branch", "base");
    repository.write("a.txt", "b\n").commit("change");
    on("Review the changes").answer("Fine: nothing to say").install();

    run("review-pull-request.yml", "--args", "base");

    assertThat(claude.calls().getFirst().prompt())
        .contains("git diff base...HEAD")
        .contains("a.txt |");
    assertThat(repository.path("review.md")).content().contains("Fine: nothing to say");
  }

  @Test
  void triageIssues() throws IOException {
    Path gh =
        Files.writeString(
            home.resolve("bin/gh"),
            "#!/bin/sh\necho '[{\"number\": 7, \"title\": \"It\\u0027s broken\", \"body\": \"b\"}]'\n");
    Files.setPosixFilePermissions(gh, PosixFilePermissions.fromString("rwxr-xr-x"));
    repository.write("a", "").commit("start");
    on("#7: It's broken").answer("{\"kind\": \"bug\", \"urgency\": 3}").install();

    run("triage-issues.yml");

    assertThat(Json.parse(Files.readString(repository.path("triage/7.json"))))
        .isEqualTo(Json.parse("{\"number\": 7, \"verdict\": {\"kind\": \"bug\", \"urgency\": 3}}"));
  }

  @Test
  void dependencyUpgrades() {
    repository.write("Makefile", "test:\n\t! grep -q bad deps\n").write("deps", "").commit("start");
    on("direct dependencies")
        .run(
            "echo '[{\"name\": \"good\", \"from\": \"1\", \"to\": \"2\"},"
                + " {\"name\": \"bad\", \"from\": \"1\", \"to\": \"9\"},"
                + " {\"name\": \"same\", \"from\": \"1\", \"to\": \"1\"}]' > upgrades.json")
        .install();
    on("Upgrade the dependency good").run(commit("deps", "good 2")).install();
    on("Upgrade the dependency bad").run(commit("deps", "bad 9")).install();

    run("dependency-upgrades.yml");

    assertThat(repository.path("deps")).hasContent("good 2");
    assertThat(repository.path("upgrades.md")).content().contains("Upgraded: 1 of 2");
  }

  @Test
  void translate() {
    repository.write("docs/a.md", "[x](y)\n").write("b.md", "b\n").commit("start");
    on("Translate docs/a.md into the language with the code `de`")
        .run("echo '[x-de](y)' > translations/de/a.md")
        .install();
    on("Translate docs/a.md into the language with the code `fr`")
        .run("echo '[x-fr](y)' > translations/fr/a.md")
        .install();

    run("translate.yml");

    assertThat(repository.path("translations/de/a.md")).hasContent("[x-de](y)");
    assertThat(repository.path("translations/fr/a.md")).hasContent("[x-fr](y)");
  }

  @Test
  void lintAutofix() {
    executable("fix.sh", "#!/bin/sh\nsed -i 's/ *$//' a.txt\n");
    repository.write("a.txt", "bad \n").write("Makefile", "lint:\n\t! grep -n bad a.txt\n");
    repository.commit("start");
    on("The linter complains")
        .run("echo good > a.txt; git commit -qam 'Lint: fix by hand'")
        .install();

    run("lint-autofix.yml", "--env", "FIX=./fix.sh");

    assertThat(repository.path("a.txt")).hasContent("good");
    assertThat(repository.log()).contains("Lint: automatic fixes", "Lint: fix by hand");
    assertThat(claude.calls()).hasSize(1);
  }

  @Test
  void securityReview() {
    repository.write("a.sh", "eval \"$1\"\n").write("b.sh", "echo\n").commit("start");
    on("Review a.sh").answer("[{\"line\": 1, \"severity\": \"high\"}]").install();
    on("Review b.sh").answer("[]").install();
    on("Findings of a security review").run("echo report > security-report.md").install();
    on("missing or has no headings")
        .run("echo '# report' > security-report.md; git commit -qam report")
        .install();

    run("security-review.yml", "--env", "FILES=*.sh");

    assertThat(repository.path("security-report.md")).hasContent("# report");
  }

  @Test
  void changelog() {
    repository.write("a", "a").commit("start");
    repository.git("tag", "v1");
    repository.write("a", "b").commit("Add a thing");
    on("These commits were made since v1")
        .run("printf '# Changelog\\n\\n## 1.4.0\\n' > CHANGELOG.md")
        .install();

    run("changelog.yml", "--args", "1.4.0");

    assertThat(claude.calls().getFirst().prompt()).contains("- Add a thing (").contains("## 1.4.0");
    assertThat(repository.log()).contains("Changelog for 1.4.0");
  }

  @Test
  void flakyTests() {
    executable(
        "flaky.sh",
        "#!/bin/sh\nn=$(cat \"$COUNT\" 2>/dev/null || echo 0); echo $((n + 1)) > \"$COUNT\"; [ $((n % 3)) -ne 2 ]\n");
    repository.write("a", "").commit("start");
    on("3 of 10 runs").run(commit("a", "repaired")).install();

    var result =
        run(
            "flaky-tests.yml",
            "--env",
            "TEST=./flaky.sh",
            "--env",
            "COUNT=" + home.resolve("count"));

    assertThat(result.out()).contains("3 of 10 runs failed");
    assertThat(repository.path("a")).content().contains("repaired");
  }

  @Test
  void implementSpecs() {
    repository.write("specs/1-a.md", "a\n").commit("start");
    on("^Implement the specification in specs/1-a.md").run(commit("a.txt", "half")).install();
    on("is implemented to 60").run(commit("a.txt", "whole")).install();
    claude
        .on("Compare the specification")
        .run("true")
        .answer("{\"completion_percentage\": 60, \"missing\": [\"the rest\"]}")
        .install();

    var result =
        prodigy()
            .run(
                "run",
                EXAMPLES.resolve("implement-specs.yml").toString(),
                "-y",
                "--map",
                "specs/*.md");

    // The scripted agent never finds the work complete: the run says so and merges nothing.
    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("Validation failed after 3 attempts. Completion: 60.0%");
    assertThat(claude.calls()).hasSize(1 + 4 + 3);
    assertThat(repository.path("a.txt")).doesNotExist();
  }

  @Test
  void refactor() {
    repository.write("Makefile", "test:\n\ttest ! -f broken\n").write("a", "").commit("start");
    on("Plan this refactoring: split it").run("echo plan > plan.md").install();
    on("Carry out the plan in .*plan.md").run(commit("broken", "x")).install();
    on("The refactoring broke").run("git rm -q broken; git commit -qm repaired").install();

    run("refactor.yml", "--args", "split it");

    assertThat(repository.log()).contains("Remove the plan");
    assertThat(repository.path("broken")).doesNotExist();
  }

  @Test
  void missingTests() {
    repository.write("src/a.py", "").write("src/b.py", "").write("tests/test_b.py", "");
    repository.write("Makefile", "test:\n\ttrue\n").commit("start");
    on("Write tests for src/a.py in tests/test_a.py").run(commit("tests/test_a.py", "t")).install();

    var result = run("missing-tests.yml");

    assertThat(result.out()).contains("files without tests: 1, now tested: 1");
    assertThat(repository.path("tests/test_a.py")).exists();
  }

  @Test
  void nightly() {
    executable("notify", "#!/bin/sh\necho \"to $1: $2\" > \"$NOTIFIED\"; cat >> \"$NOTIFIED\"\n");
    repository.write("Makefile", "lint test package:\n\techo $@ >> \"$$NOTIFIED.made\"\n");
    repository.commit("start");
    Path told = home.resolve("told");

    var result = run("nightly.yml", "--profile", "release", "--env", "NOTIFIED=" + told);

    assertThat(told).hasContent("to #releases: nightly: 0 repairs\nhttps://hooks.example/secret");
    assertThat(home.resolve("told.made")).hasContent("lint\ntest\npackage");
    assertThat(result.out() + result.err()).doesNotContain("hooks.example");
  }

  @Test
  void rename() {
    repository.write("a.txt", "old_name older_name_x\n").write("b.txt", "b\n").commit("start");

    run("rename.yml");

    assertThat(repository.path("a.txt")).hasContent("new_name older_name_x");
    assertThat(repository.log()).contains("Rename old_name to new_name");
    assertThat(run("rename.yml").code()).isZero();
  }

  @Test
  void explainCodebase() {
    repository.write("lib/a", "").write("web/b", "").commit("start");
    on("Explain the directory lib")
        .run("mkdir -p docs/tour; echo lib > docs/tour/lib.md")
        .install();
    on("Explain the directory web")
        .run("mkdir -p docs/tour; echo web > docs/tour/web.md")
        .install();
    on("Read docs/tour").run("cat docs/tour/*.md > docs/tour/README.md").install();

    run("explain-codebase.yml");

    assertThat(repository.path("docs/tour/README.md")).hasContent("lib\nweb");
    assertThat(repository.log()).contains("Add a tour of the code");
  }
}
