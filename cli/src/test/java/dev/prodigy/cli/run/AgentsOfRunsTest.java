package dev.prodigy.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.CommandRun;
import dev.prodigy.testkit.TestRepository;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Agents beside Claude.
class AgentsOfRunsTest {
  @TempDir Path home;
  private TestRepository repository;

  @BeforeEach
  void open() throws IOException {
    repository = TestRepository.create(home.resolve("project"));
    Path codex = Files.createDirectories(home.resolve("bin")).resolve("codex");
    Files.writeString(
        codex,
        """
        #!/bin/sh
        [ "$1" = --version ] && exit
        for prompt; do :; done
        echo "$prompt" >> made.txt
        echo '{"type":"thread.started","thread_id":"t-1"}'
        echo '{"type":"item.completed","item":{"id":"i1","type":"agent_message","text":"done it"}}'
        echo '{"type":"turn.completed","usage":{"input_tokens":10,"output_tokens":7}}'
        """);
    Files.setPosixFilePermissions(codex, PosixFilePermissions.fromString("rwx------"));
  }

  private CommandRun prodigy() {
    return CommandRun.in(repository.path())
        .env("HOME", home.toString())
        .env("PATH", home.resolve("bin") + ":" + System.getenv("PATH"));
  }

  @Test
  void anAgentOfTheWorkflowsChoiceDoesAStepAndItsWorkIsCommitted() {
    repository
        .write(
            "flow.yml",
            """
            - agent: codex
              prompt: "improve ${workflow.name}"
              commit_required: true
            - shell: "echo '${agent.output}, ${agent.session_id}, ${agent.input_tokens}' > said.txt"
              auto_commit: true
            - agent: shell
              prompt: it is for a shell
              run: 'printf "%s" "$PRODIGY_PROMPT" > env.txt'
              commit_required: true
            """)
        .commit("flow");

    assertThat(prodigy().run("run", "flow.yml", "-y").code()).isZero();

    assertThat(repository.path().resolve("made.txt")).hasContent("improve default");
    assertThat(repository.path().resolve("said.txt")).hasContent("done it, t-1, 10");
    assertThat(repository.path().resolve("env.txt")).hasContent("it is for a shell");
    assertThat(prodigy().run("events", "ls", "--type", "ClaudeSessionStarted").out())
        .contains("\"provider\":\"codex\"", "/codex-");
  }

  @Test
  void claudeStepsCanBeForAnotherAgent() throws IOException {
    repository
        .write("flow.yml", "- claude: /improve it\n  commit_required: true\n")
        .write(".claude/commands/improve.md", "Improve $ARGUMENTS.")
        .commit("flow");

    assertThat(prodigy().run("run", "flow.yml", "-y", "--agent", "codex").code()).isZero();
    assertThat(repository.path().resolve("made.txt")).hasContent("Improve it.");

    repository.write(".prodigy/config.yml", "default_agent: codex\n").commit("settings");
    assertThat(prodigy().run("run", "flow.yml", "-y").code()).isZero();
    assertThat(Files.readAllLines(repository.path().resolve("made.txt"))).hasSize(2);

    repository
        .write(
            "other.yml",
            """
            default_agent: mine
            agents:
              mine: {command: sh, args: [-c, 'echo "$1" > mine.txt', sh, "<{prompt}>"]}
            commands:
              - claude: work
                commit_required: true
            """)
        .commit("other");
    assertThat(prodigy().run("run", "other.yml", "-y").code()).isZero();
    assertThat(repository.path().resolve("mine.txt")).hasContent("<work>");
  }

  @Test
  void theAgentChosenAtTheStartIsTheOneOfTheResume() {
    repository
        .write(
            "flow.yml", "- shell: test -e $HOME/ready\n- claude: go on\n  commit_required: true\n")
        .commit("flow");
    assertThat(prodigy().run("run", "flow.yml", "-y", "--agent", "codex").code()).isEqualTo(1);
    repository.write("../ready", "");

    assertThat(prodigy().run("resume", "-y").code()).isZero();

    assertThat(repository.path().resolve("made.txt")).hasContent("go on");
  }

  @Test
  void anUnknownOrMissingAgentEndsARunBeforeItBegins() {
    repository
        .write("unknown.yml", "- agent: codx\n  prompt: a\n")
        .write("missing.yml", "- agent: gemini\n  prompt: a\n")
        .write("bad.yml", "agents: {mine: {}}\ncommands: [{agent: mine, prompt: a}]\n")
        .commit("flows");

    assertThat(prodigy().run("run", "unknown.yml", "-y").err())
        .contains("error[E5007]: Unknown agent 'codx'", "codex, gemini");
    assertThat(prodigy().run("run", "missing.yml", "-y").err())
        .contains("error[E4001]: Agent 'gemini' is not available");
    assertThat(prodigy().run("run", "bad.yml", "-y").err()).contains("'mine'", "command");
    assertThat(prodigy().run("sessions", "ls").out()).isEmpty();
  }
}
