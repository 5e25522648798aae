package dev.prodigy.storage;

import static dev.prodigy.storage.LogFixture.JOB;
import static dev.prodigy.storage.LogFixture.NOON;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prodigy.model.Event;
import dev.prodigy.model.FailureReason;
import dev.prodigy.model.ItemId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Finding events by what they contain.
class TextQueryTest {
  private static final String ERROR = "say \"hi\"\nC:\\x: permission denied";

  @TempDir Path home;
  private LogFixture log;

  @BeforeEach
  void events() {
    log = new LogFixture(home);
    log.write(
        JOB,
        NOON,
        LogFixture.agentStarted(1, 17),
        new Event.AgentFailed(
            JOB.agent(ItemId.of(2)),
            ItemId.of(2),
            ERROR,
            new FailureReason.CommandFailed(101),
            true,
            null,
            1,
            "shell: make",
            Duration.ofSeconds(3)));
  }

  @Test
  void everyScalarIsLookedAtAndNoKey() {
    assertThat(found("denied")).containsExactly("AgentFailed");
    assertThat(found("^17$")).containsExactly("AgentStarted");
    assertThat(found("^101$")).containsExactly("AgentFailed");
    assertThat(found("^true$")).containsExactly("AgentFailed");
    assertThat(found("retry_eligible")).isEmpty();
    assertThat(found("Agent(Started|Failed)")).hasSize(2);
    assertThat(found("(?i)PERMISSION")).containsExactly("AgentFailed");
  }

  @Test
  void textIsMatchedAsItWasNotAsItIsStored() {
    assertThat(found(Pattern.quote("say \"hi\"\nC:\\x"))).containsExactly("AgentFailed");
    assertThat(found("(?s)hi.*denied$")).containsExactly("AgentFailed");
    assertThat(found("u000a")).isEmpty();
  }

  @Test
  void fieldsMayBeNamedToAnyDepth() {
    assertThat(found("101", "failure_reason")).hasSize(1);
    assertThat(found("101", "failure_reason.CommandFailed.exit_code")).hasSize(1);
    assertThat(found("101", "error", "failure_reason.CommandFailed")).hasSize(1);
    assertThat(found("101", "failure")).isEmpty();
    assertThat(found("denied", "step")).isEmpty();
    assertThat(found("17", "attempt")).containsExactly("AgentStarted");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "deniedx*",
        "x?denied",
        "perm.*denied",
        "d+enied",
        "^say",
        "a*",
        "",
        "[a-z]ermission",
        "[x]?denied",
        "[^]x]ermission",
        "permission[ ]den",
        "deniedx{0,2}",
        "n{1}ied",
        "\\bpermission\\s+denied",
        "hi\"",
        "C:\\\\x\\: p",
        "\\Qdenied\\E",
        "\\x64enied",
        "p[\\w]rmission",
        "p[a[e]]rmission",
        "denied(x|)"
      })
  void whatAnExpressionNeedsIsNotTakenForMoreThanItIs(String regex) {
    assertThat(found(regex)).contains("AgentFailed");
  }

  @Test
  void aPlainTextThatIsNotThereIsFoundNowhere() {
    assertThat(found("absent")).isEmpty();
    log.addRaw(
        JOB, "events-1.jsonl", "{\"event_type\":\"agent_failed\",\"error\":\"abs\\u0065nt\"}\n");
    assertThat(found("absent")).containsExactly("AgentFailed");
  }

  /// Words as keys, as values, across escapes, as numbers, and nowhere: what looks at single texts
  /// finds the same as what parses the line.
  @Test
  void linesOfOurOwnAreSearchedAsIfTheyWereParsed() throws IOException {
    var random = new Random(20261126);
    String[] pieces = {
      "error", "\"", "\\", "\n", "1", "01", "denied", "\u00fc", "/", ":", ",", "}", "u0022"
    };
    for (int i = 0; i < 200; i++) {
      var text = new StringBuilder();
      for (int j = random.nextInt(12); j >= 0; j--) {
        text.append(pieces[random.nextInt(pieces.length)]);
      }
      log.write(JOB, NOON, new Event.StepRetrying(text.toString(), i, 3, 101, "no " + text));
    }
    List<byte[]> lines = new ArrayList<>();
    try (var files = Files.list(log.directory.resolve(JOB.value()))) {
      for (Path file : files.toList()) {
        Files.readString(file).lines().forEach(line -> lines.add(line.getBytes(UTF_8)));
      }
    }
    assertThat(lines).hasSizeGreaterThan(200);
    for (String regex :
        List.of(
            "error",
            "^error",
            "denied$",
            "01",
            "1[01]",
            "u0022",
            "/",
            ":",
            "\\\\",
            "attempt",
            "10",
            "no ",
            "StepRetrying",
            "[\"]error",
            "d.n",
            "true",
            "job_id",
            "step",
            "d1")) {
      var query = new TextQuery(regex, List.of());
      for (byte[] line : lines) {
        boolean may = query.mayMatch(line, 0, line.length);
        assertThat(may && query.matchesOurs(line, 0, line.length))
            .as("%s in %s", regex, new String(line, UTF_8))
            .isEqualTo(query.matches(line, 0, line.length));
      }
    }
  }

  @Test
  void expressionsThatAreNoneOrTooDeepAreSaidSo() {
    assertThatThrownBy(() -> new TextQuery("(", List.of()))
        .isInstanceOf(PatternSyntaxException.class);
    log.addRaw(
        JOB,
        "events-2.jsonl",
        "{\"event_type\":\"agent_failed\",\"error\":\"" + "ab".repeat(50_000) + "\"}\n");
    assertThatThrownBy(() -> found("(a|b)*!"))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining("too complex");
  }

  private List<String> found(String regex, String... fields) {
    EventFilter filter = EventFilter.ALL.containing(new TextQuery(regex, List.of(fields)));
    return log.all(filter).stream().map(EventLine::type).toList();
  }
}
