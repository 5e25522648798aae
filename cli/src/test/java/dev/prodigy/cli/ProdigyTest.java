package dev.prodigy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun.Result;
import dev.prodigy.cli.command.Action;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.GlobalOptions;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ProdigyTest {
  @TempDir Path home;

  @ParameterizedTest
  @ValueSource(strings = {"--version", "-V"})
  void theVersionIsTheBuilds(String option) {
    Result result = CommandRun.in(home).run(option);

    assertThat(result)
        .isEqualTo(new Result(0, "prodigy " + System.getProperty("prodigy.version") + "\n", ""));
  }

  @Test
  void withoutACommandTheHelpIsTheAnswer() {
    Result bare = CommandRun.in(home).run();

    assertThat(bare.code()).isZero();
    assertThat(bare.out()).contains("Usage: prodigy [OPTIONS]");
    assertThat(bare.out()).isEqualTo(CommandRun.in(home).run("--help").out());
    assertThat(bare.out()).isEqualTo(CommandRun.in(home).run("help").out());
  }

  @Test
  void aGroupWithoutASubcommandIsAUsageError() {
    Result result = failing(_ -> 0).run("group");

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err()).contains("Usage: prodigy group [OPTIONS] <COMMAND>");
  }

  @Test
  void anUnknownCommandIsAUsageErrorWithATip() {
    Result result = failing(_ -> 0).run("grop");

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .isEqualTo(
            """
            error: unrecognized subcommand 'grop'

              tip: did you mean 'group'?

            Usage: prodigy [OPTIONS] <COMMAND>

            For more information, try '--help'.
            """);
  }

  @Test
  void aFailureTellsWhereWhyAndWhatToDo() {
    Result result = failing(_ -> throwing(failure())).run("fail");

    assertThat(result.code()).isEqualTo(1);
    assertThat(result.out()).isEmpty();
    assertThat(result.err())
        .isEqualTo(
            """
            error[E5002]: unknown key 'shel'
              where: wf.yml:3:5
                     - shel: echo
                       ^
              why: no such step
              hint: did you mean 'shell'?
            """);
  }

  @Test
  void verboseAddsTheContextOutermostFirst() {
    Result result = failing(_ -> throwing(failure())).run("fail", "-v");

    assertThat(result.err())
        .startsWith(
            """
            error[E5002]: unknown key 'shel'
              - Running workflow 'ci'
              - Reading step 2/4
              - the cause
              where: wf.yml:3:5
            """);
  }

  @Test
  void withJsonTheErrorIsJson() {
    JsonNode error =
        Json.parse(failing(_ -> throwing(failure())).run("fail", "--json").err()).get("error");

    assertThat(error.get("kind").asString()).isEqualTo("Workflow");
    assertThat(error.get("code").asInt()).isEqualTo(5002);
    assertThat(error.get("message").asString()).isEqualTo("unknown key 'shel'");
    assertThat(error.get("context").get(0).asString()).isEqualTo("Reading step 2/4");
    assertThat(error.get("hint").asString()).isEqualTo("did you mean 'shell'?");
  }

  @ParameterizedTest
  @CsvSource({"--json", "--output-format=json", "--output_format json", "--output-format jsonl"})
  void usageErrorsAreJsonTooThen(String option) {
    Result result = failing(_ -> 0).run(("nope " + option).split(" ", -1));

    assertThat(result.code()).isEqualTo(2);
    assertThat(Json.parse(result.err()).get("error").get("message").asString())
        .isEqualTo("unrecognized subcommand 'nope'");
  }

  @ParameterizedTest
  @EnumSource
  void exitCodesFollowTheKindOfError(ErrorCode code) {
    Result result = failing(_ -> throwing(new ProdigyException(code, "no", null))).run("fail");

    assertThat(result.code())
        .isEqualTo(
            switch (code) {
              case CONFIG, CONFIG_NOT_FOUND, CONFIG_INVALID_VALUE -> 3;
              case SESSION_LOCKED -> 4;
              default -> 1;
            });
  }

  @Test
  void aCommandMayFindItsArgumentsContradictory() {
    Result result =
        failing(_ -> throwing(new UsageException("Please specify --workflow-id or --all")))
            .run("fail");

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err())
        .startsWith("error: Please specify --workflow-id or --all\n\nUsage: prodigy fail");
  }

  @Test
  void deletingUnaskedIsAUsageError() {
    Result result =
        failing(call -> call.console().prompts().destroy("Delete?", false) ? 0 : 1).run("fail");

    assertThat(result.code()).isEqualTo(2);
    assertThat(result.err()).contains("refusing to delete without confirmation");
  }

  @Test
  void aBugOfOursLeavesItsTraceInTheLogAndNotOnTheConsole() throws IOException {
    Result result =
        failing(_ -> throwing(new IllegalStateException("two\nlines"))).run("fail", "secret");

    assertThat(result.code()).isEqualTo(1);
    Path log = home.resolve("home/.prodigy/logs/prodigy.log");
    assertThat(result.err())
        .isEqualTo(
            """
            error[E9004]: unexpected error: java.lang.IllegalStateException: two
              log: %s
              hint: this is a bug in prodigy; please report it with the log
            """
                .formatted(log));
    String logged = Files.readString(log);
    assertThat(logged).hasLineCount(1).doesNotContain("secret");
    assertThat(Json.parse(logged).get("trace").asString()).contains("ProdigyTest");
  }

  @Test
  void pathIsWhereTheCommandActs() throws IOException {
    Path project = Files.createDirectories(home.resolve("project"));
    var run = failing(call -> print(call.console()::print, call.directory().toString()));

    assertThat(run.run("fail", "-p", "project").out()).isEqualTo(project + "\n");
    assertThat(run.run("-p" + project, "fail").out()).isEqualTo(project + "\n");
    Path ofHome = Files.createDirectories(home.resolve("home/x"));
    assertThat(run.run("fail", "--path=~/x").out()).isEqualTo(ofHome + "\n");
  }

  @Test
  void aPathThatIsNoDirectoryIsRefused() throws IOException {
    Files.createFile(home.resolve("file"));

    Result missing = failing(_ -> 0).run("fail", "--path", "nowhere");
    assertThat(missing.code()).isEqualTo(1);
    assertThat(missing.err()).contains("Directory not found: nowhere");
    assertThat(failing(_ -> 0).run("fail", "--path", "file").err())
        .contains("Path is not a directory: file");
  }

  @Test
  void anInvalidVariableIsAConfigurationError() {
    Result result = failing(_ -> 0).env("PRODIGY_VERBOSE", "loud").run("fail");

    assertThat(result.code()).isEqualTo(3);
    assertThat(result.err()).contains("PRODIGY_VERBOSE").contains("'loud'");
    assertThat(CommandRun.in(home).env("PRODIGY_VERBOSE", "loud").run("--version").code()).isZero();
  }

  @ParameterizedTest
  @CsvSource({"fail,0", "fail -vv,2", "-vvvvv fail,3"})
  void verbosityIsFromNoneToThree(String line, String level) {
    var run =
        failing(call -> print(call.console()::print, Integer.toString(call.verbosity().level())));

    assertThat(run.run(line.split(" ", -1)).out()).isEqualTo(level + "\n");
  }

  @Test
  void theTypedVerbosityOutranksTheVariable() {
    var run = failing(call -> print(call.console()::print, call.verbosity().toString()));

    assertThat(run.env("PRODIGY_VERBOSE", "3").run("fail", "-v").out()).contains("level=1");
    assertThat(run.run("fail", "-q").out()).contains("quiet=true");
    assertThat(run.run("fail").out()).contains("level=3");
  }

  private CommandRun failing(Action action) {
    return CommandRun.in(home)
        .commands(
            Command.program(
                "prodigy",
                "Runs workflows",
                program -> {
                  GlobalOptions.define(program);
                  program.add("fail", "Fail", fail -> fail.arguments(REST).runs(action));
                  program.add("group", "Group", group -> group.add("one", "", _ -> {}));
                }));
  }

  private static final dev.prodigy.cli.command.Argument<?> REST =
      dev.prodigy.cli.command.Argument.rest("REST", dev.prodigy.cli.command.Values.TEXT, "Ignored");

  private static ProdigyException failure() {
    return new ProdigyException(
            ErrorCode.WORKFLOW_SYNTAX,
            "unknown key 'shel'",
            "wf.yml:3:5\n- shel: echo\n  ^",
            "no such step",
            "did you mean 'shell'?",
            new IOException("the cause"))
        .during("Reading step 2/4")
        .during("Running workflow 'ci'");
  }

  private static int throwing(RuntimeException e) {
    throw e;
  }

  private static int print(java.util.function.Consumer<String> console, String text) {
    console.accept(text);
    return 0;
  }
}
