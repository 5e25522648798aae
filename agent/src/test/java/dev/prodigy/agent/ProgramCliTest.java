package dev.prodigy.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.agent.AgentAnswer.ErrorType;
import dev.prodigy.agent.AgentEvent.Message;
import dev.prodigy.agent.AgentEvent.SessionStarted;
import dev.prodigy.agent.AgentEvent.TokenUsage;
import dev.prodigy.agent.AgentEvent.ToolInvoked;
import dev.prodigy.model.AgentDefinitions;
import dev.prodigy.model.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

@Timeout(60)
class ProgramCliTest {
  @TempDir Path directory;

  private final ProcessRunner runner = new ProcessRunner();
  private final List<AgentEvent> events = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, String> environment = new HashMap<>();

  @BeforeEach
  void prepare() {
    environment.put("PATH", directory.resolve("bin") + ":/usr/bin:/bin");
    environment.put("HOME", directory.resolve("home").toString());
  }

  @AfterEach
  void close() {
    runner.close();
  }

  @Test
  void codexIsStartedAndUnderstood() throws IOException {
    program(
        "codex",
        """
        printf '%s\\n' "$@" > argv
        echo '{"type":"thread.started","thread_id":"t-1"}'
        echo '{"type":"error","message":"Reconnecting"}'
        echo '{"type":"item.completed","item":{"id":"i0","type":"command_execution","command":"ls","aggregated_output":"long","exit_code":0}}'
        echo '{"type":"item.completed","item":{"id":"i1","type":"agent_message","text":"first"}}'
        echo '{"type":"item.completed","item":{"id":"i2","type":"agent_message","text":"all done"}}'
        echo '{"type":"turn.completed","usage":{"input_tokens":100,"cached_input_tokens":20,"output_tokens":7}}'
        """);

    AgentAnswer answer = agent("codex", Map.of()).run(request("do it", "o9", SecretMasker.NONE));

    assertThat(answer.success()).isTrue();
    assertThat(answer.output()).isEqualTo("all done");
    assertThat(answer.sessionId()).isEqualTo("t-1");
    assertThat(answer.usage()).isEqualTo(new Usage(100, 7, 20, 0, null, 1, false));
    assertThat(Files.readAllLines(directory.resolve("argv")))
        .containsExactly(
            "exec",
            "--json",
            "--dangerously-bypass-approvals-and-sandbox",
            "--model",
            "o9",
            "do it");
    assertThat(events)
        .startsWith(
            new SessionStarted("t-1", "unknown", List.of(), "codex"),
            new ToolInvoked(
                "command_execution", "i0", Json.parse("{\"command\":\"ls\",\"exit_code\":0}")),
            new Message("first", "text"),
            new Message("all done", "text"),
            new TokenUsage(100, 7, 20, 0, null, "unknown"));
    assertThat(answer.log()).content().contains("\"aggregated_output\":\"long\"");
  }

  @Test
  void aTurnThatFailedIsAFailureWhateverTheExitCode() throws IOException {
    program("codex", "echo '{\"type\":\"turn.failed\",\"error\":{\"message\":\"no quota\"}}'");

    AgentAnswer answer = agent("codex", Map.of()).run(request("do it"));

    assertThat(answer.errorType()).isEqualTo(ErrorType.AGENT_ERROR);
    assertThat(answer.error()).contains("Agent codex 'do it' failed: no quota", "Log: ");
  }

  @Test
  void geminiTellsItsAnswerInPieces() throws IOException {
    program(
        "gemini",
        """
        echo '{"type":"init","session_id":"g1","model":"flash"}'
        echo '{"type":"message","role":"user","content":"do it"}'
        echo '{"type":"message","role":"assistant","content":"wo","delta":true}'
        echo '{"type":"tool_use","tool_name":"read","tool_id":"r1","parameters":{"f":1}}'
        echo '{"type":"message","role":"assistant","content":"rks","delta":true}'
        echo '{"type":"result","status":"success","stats":{"input_tokens":5,"output_tokens":6}}'
        """);

    AgentAnswer answer = agent("gemini", Map.of()).run(request("do it"));

    assertThat(answer.output()).isEqualTo("works");
    assertThat(events)
        .startsWith(new SessionStarted("g1", "flash", List.of(), "gemini"))
        .contains(new ToolInvoked("read", "r1", Json.parse("{\"f\":1}")))
        .contains(new Message("works", "text"));
  }

  @Test
  void whatAnAgentCannotTakeIsNotTriedAgain() throws IOException {
    program("gemini", "exit 42");

    assertThat(agent("gemini", Map.of()).run(request("do it")).errorType())
        .isEqualTo(ErrorType.INPUT_REFUSED);
  }

  @Test
  void aiderTellsNumbersInSentences() throws IOException {
    program(
        "aider",
        """
        echo 'I changed it.'
        echo 'Tokens: 4.5k sent, 120 received. Cost: $0.02 message, $0.05 session.'
        """);

    AgentAnswer answer = agent("aider", Map.of()).run(request("do it"));

    assertThat(answer.output()).startsWith("I changed it.");
    assertThat(answer.usage()).isEqualTo(new Usage(4500, 120, 0, 0, 0.02, 1, false));
  }

  @Test
  void anyJsonLinesCanBeUnderstoodByRules() throws IOException {
    program(
        "mine", "echo '{\"k\":\"u\",\"t\":[3,4]}'; echo '{\"k\":\"say\",\"x\":{\"y\":\"hi\"}}'");
    JsonNode defined =
        Json.parse(
            """
            {"command": "mine", "format": "jsonl", "rules": [
              {"when": {"path": "$.k", "equals": "say"}, "emit": "message", "fields": {"text": "$.x.y"}},
              {"when": {"path": "$.t"}, "emit": "usage",
               "fields": {"input_tokens": "$.t[0]", "output_tokens": "$.t[1]"}}]}
            """);

    AgentAnswer answer = agent("mine", Map.of("mine", defined)).run(request("do it"));

    assertThat(answer.output()).isEqualTo("hi");
    assertThat(answer.usage()).isEqualTo(new Usage(3, 4, 0, 0, null, 1, false));
  }

  @Test
  void promptsGoTheWayTheDefinitionSays() throws IOException {
    program("mine", "echo \"arg:$1 env:${PRODIGY_PROMPT-} own:${OWN-}\"; cat; cat \"$1\" 2>&- ||:");

    assertThat(run("stdin", "[]")).isEqualTo("arg: env: own:set\na prompt");
    assertThat(run("env", "[]")).isEqualTo("arg: env:a prompt own:set\n");
    assertThat(run("file", "[\"{prompt_file}\"]"))
        .matches("(?s)arg:/.*prodigy-prompt-.* env: own:set\na prompt\n");
    assertThat(run("arg", "[\"<{prompt}>\"]")).isEqualTo("arg:<a prompt> env: own:set\n");
  }

  private String run(String via, String args) {
    JsonNode defined =
        Json.parse(
            "{\"command\": \"mine\", \"prompt_via\": \"%s\", \"args\": %s, \"env\": {\"OWN\": \"set\"}}"
                .formatted(via, args));
    return agent("mine", Map.of("mine", defined))
        .run(request("a prompt"))
        .output()
        .replaceAll("\n$", via.equals("stdin") ? "" : "\n");
  }

  @Test
  void aSecretIsNeverAnArgument() throws IOException {
    program("codex", "echo started > started");
    var masker = SecretMasker.named(Map.of("PASSWORD", "hunter22"));

    AgentAnswer answer =
        agent("codex", Map.of()).run(request("log in with hunter22", null, masker));

    assertThat(answer.errorType()).isEqualTo(ErrorType.INPUT_REFUSED);
    assertThat(answer.error()).contains("prompt_via").doesNotContain("hunter22");
    assertThat(directory.resolve("started")).doesNotExist();
  }

  @Test
  void commandFilesAreExpanded() throws IOException {
    program("codex", "printf '%s' \"$4\" > prompt");
    Path commands = Files.createDirectories(directory.resolve(".claude/commands/docs"));
    Files.writeString(commands.resolve("add.md"), "---\nmodel: x\n---\nAdd $1, all: $ARGUMENTS");

    assertThat(agent("codex", Map.of()).run(request("/docs:add a b")).success()).isTrue();
    assertThat(directory.resolve("prompt")).hasContent("Add a, all: a b");

    assertThat(agent("codex", Map.of()).run(request("/nothing")).errorType())
        .isEqualTo(ErrorType.UNKNOWN_COMMAND);
  }

  @Test
  void aProgramIsAvailableIfItSaysSo() throws IOException {
    assertThat(agent("codex", Map.of()).available()).isFalse();
    program("codex", "[ \"$1\" = --version ]");
    assertThat(agent("codex", Map.of()).available()).isTrue();
    assertThat(agent("shell", Map.of()).available()).isTrue();
  }

  @Test
  void anUpperDefinitionIsLaidOverALowerOne() {
    AgentDefinitions all =
        new AgentDefinitions(Map.of("codex", Json.parse("{\"model\": \"m\"}")), "codex")
            .overBuiltIn();

    assertThat(all.program("codex").orElseThrow().model()).isEqualTo("m");
    assertThat(all.program("codex").orElseThrow().command()).isEqualTo("codex");
    assertThat(all.standardName()).isEqualTo("codex");
  }

  private void program(String name, String script) throws IOException {
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path file = bin.resolve(name);
    Files.writeString(file, "#!/bin/sh\n" + script);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
  }

  private AgentCli agent(String name, Map<String, JsonNode> defined) {
    AgentDefinitions all = new AgentDefinitions(defined, null).overBuiltIn();
    return new Agents(runner, environment, ClaudeSettings.NONE, all).get(name);
  }

  private AgentRequest request(String prompt) {
    return request(prompt, null, SecretMasker.NONE);
  }

  private AgentRequest request(String prompt, @Nullable String model, SecretMasker masker) {
    return new AgentRequest(
        List.of(),
        model,
        prompt,
        directory,
        environment,
        Duration.ofSeconds(20),
        Duration.ofSeconds(1),
        directory.resolve("logs/agent.jsonl"),
        masker,
        events::add,
        CommandSpec.NOBODY);
  }
}
