package dev.prodigy.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun;
import dev.prodigy.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What is refused is refused before anything is made, with one error that says where.
class BadInputTest {
  private static final String GOOD = "- shell: \"true\"\n";

  @TempDir Path directory;

  private Path workflow(String text) throws IOException {
    return Files.writeString(directory.resolve("wf.yml"), text);
  }

  private void refused(Path where, String workflow, String... words) throws IOException {
    var result = CommandRun.in(where).run("run", workflow(workflow).toString(), "-y");

    assertThat(result.code()).as(result.err()).isEqualTo(1);
    assertThat(result.err()).startsWith("error[E").containsOnlyOnce("error[E").contains(words);
    assertThat(result.err()).doesNotContain("Exception", "\tat ");
    assertThat(filesUnder(where.resolve("home"))).isEmpty();
  }

  /// But for locks: the store's empty directories may be there.
  private static List<Path> filesUnder(Path home) throws IOException {
    if (!Files.exists(home)) {
      return List.of();
    }
    try (var walk = Files.walk(home)) {
      return walk.filter(Files::isRegularFile)
          .filter(file -> !file.toString().endsWith(".lock"))
          .toList();
    }
  }

  @Test
  void aDirectoryWithoutGit() throws IOException {
    Path plain = Files.createDirectory(directory.resolve("plain"));

    refused(plain, GOOD, "Not a git repository: " + plain);
  }

  @Test
  void aRepositoryWithoutACommit() throws IOException {
    Path demo = TestRepository.empty(directory.resolve("demo")).path();

    refused(demo, GOOD, "Repository has no commits", "git commit --allow-empty");
  }

  @Test
  void aMissingWorkflow() {
    Path demo = TestRepository.create(directory.resolve("demo")).path();
    var result = CommandRun.in(demo).run("run", "../missing.yml");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err())
        .contains("Workflow file '" + directory.resolve("missing.yml") + "' does not exist");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          name: t\\ncommands:\\n\\t- shell: x          | wf.yml:3:1  | tabs cannot be used
          name: t\\nname: u\\ncommands: [a]            | wf.yml:2:1  | key `name` appears twice
          name: t\\ncommands:\\n  - shel: x            | wf.yml:3:5  | did you mean `shell`
          - shell: x\\n  timeout: [1]                  | wf.yml:2:12 | got a list
          - shell: x\\n  commit_required: 7            | wf.yml:2:20 | commit_required
          """)
  void aWorkflowWithAMistake(String text, String where, String why) throws IOException {
    Path demo = TestRepository.create(directory.resolve("demo")).path();

    refused(demo, text.replace("\\n", "\n").replace("\\t", "\t") + "\n", where, why);
  }

  @ParameterizedTest
  @CsvSource({"0,must be at least 1", "'\"$NOPE\"',NOPE", "many,max_parallel"})
  void aParallelismThatIsNone(String value, String why) throws IOException {
    Path demo = TestRepository.create(directory.resolve("demo")).path();

    refused(
        demo,
        """
        name: t
        mode: mapreduce
        map:
          input: "seq 1 3"
          max_parallel: %s
          agent_template:
            - shell: "true"
        """
            .formatted(value),
        why);
  }

  @Test
  void aStoreThatCannotBeMade() throws IOException {
    Path demo = TestRepository.create(directory.resolve("demo")).path();
    Path file = Files.createFile(directory.resolve("file"));
    var result =
        CommandRun.in(demo)
            .env("PRODIGY_HOME", file.resolve("store").toString())
            .run("run", workflow(GOOD).toString());

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.err()).contains("error[E30", file.resolve("store").toString());
  }
}
