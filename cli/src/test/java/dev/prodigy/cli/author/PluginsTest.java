package dev.prodigy.cli.author;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun;
import dev.prodigy.cli.ExitCode;
import dev.prodigy.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Directories of the user's with templates and agent commands.
class PluginsTest {
  @TempDir Path home;
  private TestRepository repository;

  @BeforeEach
  void open() throws IOException {
    repository = TestRepository.create(home.resolve("project"));
    Path plugin = home.resolve(".prodigy/plugins/team");
    write(plugin.resolve("templates/greet.yml"), "- shell: echo from-the-plugin\n");
    write(plugin.resolve("commands/team-review.md"), "Review as the team does.\n");
    write(home.resolve(".prodigy/config.yml"), "plugins: {enabled: true, auto_load: [team]}\n");
  }

  private static void write(Path file, String text) throws IOException {
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private CommandRun.Result prodigy(String... args) {
    return CommandRun.in(repository.path())
        .env("HOME", home.toString())
        .env("PATH", System.getenv("PATH"))
        .run(args);
  }

  @Test
  void theirTemplatesAreFoundByName() {
    assertThat(prodigy("run", "greet", "-y").out()).contains("from-the-plugin");
    assertThat(prodigy("template", "show", "greet").out()).contains("plugin team");
  }

  @Test
  void theProjectsTemplatesComeFirst() {
    repository.write("templates/greet.yml", "- shell: echo from-the-project\n");

    assertThat(prodigy("run", "greet", "-y").out()).contains("from-the-project");
  }

  @Test
  void theirCommandsAreInstalled() throws IOException {
    var result = prodigy("init", "-c", "team-review,prodigy-lint");

    assertThat(result.out()).contains("installed: team-review", "2 command(s) installed");
    assertThat(Files.readString(repository.path(".claude/commands/team-review.md")))
        .isEqualTo("Review as the team does.\n");
    assertThat(prodigy("init").out()).contains("up to date: team-review");
  }

  @Test
  void nothingIsLoadedUnlessAllowed() throws IOException {
    write(home.resolve(".prodigy/config.yml"), "plugins: {auto_load: [team]}\n");

    assertThat(prodigy("run", "greet", "-y").code()).isEqualTo(ExitCode.FAILED);
    assertThat(prodigy("init", "-c", "team-review").err()).contains("No such command: team-review");
  }

  @Test
  void oneThatIsNotThereIsWarnedOf() throws IOException {
    write(
        home.resolve(".prodigy/config.yml"),
        "plugins: {enabled: true, auto_load: [gone, ../../project, team]}\n");

    var result = prodigy("run", "greet", "-y");

    assertThat(result.err())
        .containsOnlyOnce("Plugin 'gone' not found: ")
        .contains("Plugin '../../project' not found");
    assertThat(result.code()).isZero();
  }
}
