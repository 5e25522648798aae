package dev.prodigy.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.prodigy.agent.AgentAnswer.ErrorType;
import dev.prodigy.agent.AgentEvent.Ended;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import dev.prodigy.testkit.Processes;
import dev.prodigy.testkit.RecordedStream;
import dev.prodigy.testkit.ScriptedClaude;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ClaudeCliTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir Path directory;

  private final ProcessRunner runner = new ProcessRunner();
  private final List<AgentEvent> events = Collections.synchronizedList(new ArrayList<>());
  private ScriptedClaude script;
  private Map<String, String> environment;
  private ClaudeCli claude;

  @BeforeEach
  void install() {
    script = ScriptedClaude.install(directory.resolve("bin"));
    environment = new HashMap<>(Map.of("PATH", script.path()));
    claude = new ClaudeCli(runner, environment);
  }

  @AfterEach
  void close() {
    runner.close();
  }

  @ParameterizedTest
  @CsvSource({
    "SUCCESS, NONE",
    "TOOL_USE, NONE",
    "UNKNOWN_COMMAND, UNKNOWN_COMMAND",
    "API_ERROR, AGENT_ERROR",
    "RATE_LIMIT, AGENT_ERROR"
  })
  void recordedRunsAreJudgedRightly(RecordedStream stream, ErrorType verdict) {
    script.on("^").replay(stream).install();

    AgentAnswer result = claude.run(request("do it"));

    assertThat(result.errorType()).isEqualTo(verdict);
    assertThat(result.success()).isEqualTo(verdict == ErrorType.NONE);
    assertThat(result.exitCode()).isEqualTo(stream.exitCode());
    assertThat(result.log()).hasContent(stream.text());
    assertThat(result.sessionId()).isNotNull();
    assertThat(events.getLast()).isInstanceOf(Ended.class);
    assertThat(result.error().isEmpty()).isEqualTo(result.success());
  }

  @Test
  void theErrorNamesThePromptTheReasonAndTheLog() {
    script.on("^").replay(RecordedStream.API_ERROR).install();

    assertThat(claude.run(request("long prompt ".repeat(10))).error())
        .isEqualTo(
            "Claude command 'long prompt long prompt long prompt long prompt long prompt ...'"
                + " failed: API Error: 400 bad thing\nLog: "
                + log());
  }

  @Test
  void isCalledForAStreamWithThePromptLast() throws IOException {
    environment.putAll(
        Map.of("CLAUDECODE", "1", "CLAUDE_CODE_ENTRYPOINT", "cli", "GIT_DIR", "/x", "MINE", "y"));

    AgentAnswer result = claude.run(request("/x a \"b\" $HOME"));

    ScriptedClaude.Call call = script.calls().getFirst();
    assertThat(call.argv())
        .containsExactly(
            "--print",
            "--output-format",
            "stream-json",
            "--verbose",
            "--dangerously-skip-permissions",
            "/x a \"b\" $HOME");
    assertThat(call.cwd()).isEqualTo(directory.toRealPath());
    assertThat(call.environment())
        .containsEntry("MINE", "y")
        .doesNotContainKeys("CLAUDECODE", "CLAUDE_CODE_ENTRYPOINT", "GIT_DIR");
    assertThat(result.errorType()).isEqualTo(ErrorType.UNKNOWN_COMMAND);
  }

  @Test
  void promptsThatLookLikeOptionsAndHugeOnesArriveWhole() {
    String huge = "ü".repeat(60 * 1024);

    assertThat(claude.run(request("- a list")).success()).isTrue();
    assertThat(claude.run(request(huge)).success()).isTrue();

    List<ScriptedClaude.Call> calls = script.calls();
    assertThat(calls.get(0).argv()).endsWith("--dangerously-skip-permissions", "--", "- a list");
    assertThat(calls.get(1).argv()).endsWith("--dangerously-skip-permissions");
    assertThat(calls.get(1).prompt()).isEqualTo(huge);
  }

  @Test
  void printModeHasNoStreamAndALogOfItsOwn() {
    environment.put("PRODIGY_CLAUDE_STREAMING", "false");
    script.on("fine").print(List.of("the answer")).install();
    script.on("bad").print(List.of()).stderr("no such model\n").exit(1).install();
    script.on("/nosuch").print(List.of("Unknown slash command: nosuch")).install();

    AgentAnswer fine = claude.run(request("fine"));

    assertThat(script.calls().getFirst().argv())
        .containsExactly("--print", "--dangerously-skip-permissions", "fine");
    assertThat(fine.success()).isTrue();
    assertThat(fine.output()).isEqualTo("the answer");
    assertThat(fine.log()).isEqualTo(directory.resolve("logs/claude.log")).hasContent("the answer");
    AgentAnswer bad = claude.run(request("bad"));
    assertThat(bad.errorType()).isEqualTo(ErrorType.COMMAND_FAILED);
    assertThat(bad.error()).contains("failed: no such model");
    assertThat(claude.run(request("/nosuch")).errorType()).isEqualTo(ErrorType.UNKNOWN_COMMAND);
  }

  @Test
  void aClaudeWithoutStreamsIsRunInPrintMode() throws IOException {
    Files.writeString(
        script.binary(),
        "#!/bin/sh\ncase $* in *--output-format*)"
            + " echo \"error: unknown option '--output-format'\" >&2; exit 1;; esac;"
            + " echo answer\n");

    AgentAnswer result = claude.run(request("x"));

    assertThat(result.success()).isTrue();
    assertThat(result.output()).isEqualTo("answer");
    assertThat(result.log()).isEqualTo(directory.resolve("logs/claude.log"));
  }

  @Test
  void deniedPermissionsAreAFailure() {
    var lines = new ArrayList<>(RecordedStream.SUCCESS.lines());
    lines.set(
        2,
        lines
            .get(2)
            .replace(
                "\"permission_denials\":[]",
                "\"permission_denials\":[{\"tool_name\":\"Write\",\"tool_use_id\":\"t\"}]"));
    script.on("^").print(lines).install();

    AgentAnswer result = claude.run(request("x"));

    assertThat(result.errorType()).isEqualTo(ErrorType.PERMISSION_DENIED);
    assertThat(result.error()).contains("permission denied: Write");
  }

  @Test
  void anErrorResultFailsEvenWithExitCodeZero() {
    script
        .on("^")
        .print(List.of("{\"type\":\"result\",\"subtype\":\"error_max_turns\",\"is_error\":true}"))
        .install();

    AgentAnswer result = claude.run(request("x"));

    assertThat(result.errorType()).isEqualTo(ErrorType.AGENT_ERROR);
    assertThat(result.error()).contains("failed: error_max_turns\nLog: " + log());
  }

  @Test
  void noResultAndNoTurnAreFailures() {
    var lines = RecordedStream.SUCCESS.lines();
    script.on("cut").print(lines.subList(0, 2)).install();
    script
        .on("idle")
        .print(List.of(lines.get(2).replace("\"num_turns\":1", "\"num_turns\":0")))
        .install();

    AgentAnswer cut = claude.run(request("cut"));
    assertThat(cut.errorType()).isEqualTo(ErrorType.NO_RESULT);
    assertThat(cut.output()).isEqualTo(RecordedStream.ANSWER);
    assertThat(cut.usage()).isEqualTo(new Usage(100, 1, 50, 5, null, 0, true));
    assertThat(claude.run(request("idle")).errorType()).isEqualTo(ErrorType.NO_TURNS);
  }

  @Test
  void whatClaudeSaysOnStderrIsKeptBesideTheStream() {
    script.on("^").print(List.of()).stderr("--flag refused as root\n").exit(1).install();

    AgentAnswer result = claude.run(request("x"));

    assertThat(result.errorType()).isEqualTo(ErrorType.COMMAND_FAILED);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.error()).contains("failed: --flag refused as root\n");
    assertThat(directory.resolve("logs/claude.stderr")).hasContent("--flag refused as root");
    assertThat(result.log()).isEmptyFile();
  }

  @Test
  void aFailingLoginEndsTheRunAtOnceWithItsTools() {
    String nap = "sleep 1000." + ThreadLocalRandom.current().nextInt(1 << 30);
    var lines = RecordedStream.RATE_LIMIT.lines();
    script
        .on("^")
        .printFirst(
            List.of(lines.get(0), lines.get(1).replace("rate_limit", "authentication_failed")))
        .run("setsid " + nap + " & " + nap)
        .install();

    AgentAnswer result = claude.run(request("x"));

    assertThat(result.errorType()).isEqualTo(ErrorType.AUTHENTICATION);
    assertThat(result.stopped()).isFalse();
    assertThat(result.error()).contains("authentication failed");
    assertThat(Processes.alive(nap)).isEmpty();
  }

  @Test
  void aTimeoutKillsClaudesToolsAndKeepsTheLog() {
    String nap = "sleep 1000." + ThreadLocalRandom.current().nextInt(1 << 30);
    script
        .on("^")
        .printFirst(RecordedStream.SUCCESS.lines().subList(0, 2))
        .run("setsid " + nap + " & " + nap)
        .install();

    AgentAnswer result = claude.run(request("x", Duration.ofMillis(2500), SecretMasker.NONE));

    assertThat(result.errorType()).isEqualTo(ErrorType.TIMEOUT);
    assertThat(result.timedOut()).isTrue();
    assertThat(result.exitCode()).isEqualTo(124);
    assertThat(result.error()).contains("Command timed out after 2.5 seconds");
    assertThat(result.usage()).isEqualTo(new Usage(100, 1, 50, 5, null, 0, true));
    assertThat(result.log()).content().hasLineCount(2);
    assertThat(Processes.alive(nap)).isEmpty();
  }

  @Test
  void linesCanBeFollowedWhileClaudeWorks() throws IOException {
    script
        .on("^")
        .printFirst(RecordedStream.SUCCESS.lines().subList(0, 1))
        .run("until [ -e go ]; do sleep 0.02; done")
        .install();

    var result =
        CompletableFuture.supplyAsync(() -> claude.run(request("x")), Thread::startVirtualThread);

    await().atMost(SOON).until(() -> Files.exists(log()) && Files.size(log()) > 0);
    assertThat(Files.readString(log())).startsWith("{\"type\":\"system\"").endsWith("}\n");
    assertThat(result).isNotDone();
    Files.createFile(directory.resolve("go"));
    assertThat(result.join().success()).isTrue();
  }

  @Test
  void stoppingIsNoFailureOfClaude() {
    String nap = "sleep 1000." + ThreadLocalRandom.current().nextInt(1 << 30);
    script.on("^").run(nap).install();
    var result =
        CompletableFuture.supplyAsync(() -> claude.run(request("x")), Thread::startVirtualThread);
    Processes.waitAlive(nap, SOON);

    runner.stopAll(SOON);

    assertThat(result.join().errorType()).isEqualTo(ErrorType.STOPPED);
    assertThat(result.join().stopped()).isTrue();
    Processes.waitGone(nap, SOON);
  }

  @Test
  void secretsAreNeitherInTheLogNorInEvents() throws IOException {
    var masker = new SecretMasker(List.of("hunter\"22", "made-by-tool", "511"));
    var lines = new ArrayList<>(RecordedStream.TOOL_USE.answering("it is hunter\"22"));
    lines.add("no json: hunter\"22");
    script.on("^").print(lines).stderr("hunter\"22\n").install();

    AgentAnswer result = claude.run(request("x", null, masker));

    assertThat(result.success()).isTrue();
    assertThat(result.output()).isEqualTo("it is hunter\"22");
    List<String> logged = Files.readAllLines(log());
    assertThat(logged).hasSize(6).last().isEqualTo("no json: ***");
    assertThat(logged.subList(0, 5)).allSatisfy(line -> assertThat(Json.parse(line)).isNotNull());
    assertThat(Files.readString(log())).doesNotContain("hunter", "made-by-tool");
    assertThat(events.toString()).contains("it is ***").doesNotContain("hunter", "made-by-tool");
    assertThat(directory.resolve("logs/claude.stderr")).hasContent("***");
  }

  @Test
  void strangeBytesAndHugeLinesDoNotEndTheRun() throws IOException {
    Path odd = directory.resolve("odd");
    Files.write(odd, new byte[] {'a', (byte) 0xff, '\n'});
    Files.writeString(
        odd,
        "{\"type\":\"huge\",\"x\":\"" + "y".repeat(5_000_000) + "\"}\n",
        StandardOpenOption.APPEND);
    Files.writeString(
        script.binary(),
        "#!/bin/sh\ncat odd; exec cat "
            + directory.resolve("bin/scripted-claude/success.jsonl")
            + "\n");

    AgentAnswer result = claude.run(request("x"));

    assertThat(result.success()).isTrue();
    byte[] expected =
        (Files.readString(odd, StandardCharsets.ISO_8859_1)
                + new String(
                    RecordedStream.SUCCESS.text().getBytes(StandardCharsets.UTF_8),
                    StandardCharsets.ISO_8859_1))
            .getBytes(StandardCharsets.ISO_8859_1);
    assertThat(Files.readAllBytes(log())).isEqualTo(expected);
  }

  @Test
  void availabilityIsAskedOfTheProgramOnce() throws IOException {
    assertThat(claude.available()).isTrue();
    Files.delete(script.binary());
    assertThat(claude.available()).isTrue();

    environment.put("PRODIGY_CLAUDE_BIN", "/no/such/claude");
    assertThat(new ClaudeCli(runner, environment).available()).isFalse();
    assertThatThrownBy(() -> new ClaudeCli(runner, environment).run(request("x")))
        .isInstanceOfSatisfying(
            AgentException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.COMMAND_NOT_FOUND));
  }

  private Path log() {
    return directory.resolve("logs/claude.jsonl");
  }

  private AgentRequest request(String prompt) {
    return request(prompt, null, SecretMasker.NONE);
  }

  private AgentRequest request(String prompt, @Nullable Duration timeout, SecretMasker masker) {
    return new AgentRequest(
        List.of(),
        null,
        prompt,
        directory,
        environment,
        timeout,
        Duration.ofSeconds(5),
        log(),
        masker,
        events::add,
        CommandSpec.NOBODY);
  }
}
