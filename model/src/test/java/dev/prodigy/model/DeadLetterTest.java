package dev.prodigy.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeadLetterTest {
  private static final WorkItem ITEM =
      new WorkItem(ItemId.of(3), Json.parse("{\"path\":\"a.md\"}"));

  @Test
  void signatureGroupsAlikeFailures() {
    assertThat(deadLetter("no 12 of /tmp/x is readable", 1).errorSignature())
        .isEqualTo("CommandFailed::no of is readable");
  }

  @Test
  void failingAgainKeepsTheFirstAttemptAndAppendsHistory() {
    DeadLetter first = deadLetter("a", 1);
    DeadLetter both = first.again(deadLetter("b", 2));

    assertThat(both.failureCount()).isEqualTo(2);
    assertThat(both.failureHistory()).extracting(Failure::attemptNumber).containsExactly(1, 2);
    assertThat(both.firstAttempt()).isEqualTo(first.firstAttempt());
    assertThat(both.attempts()).isEqualTo(2);
  }

  private static DeadLetter deadLetter(String message, int attempt) {
    return DeadLetter.of(
        ITEM,
        List.of(
            new Failure(
                attempt,
                Instant.ofEpochSecond(attempt),
                new FailureReason.CommandFailed(7),
                message,
                List.of(),
                new AgentId("j_agent_3"),
                "shell: exit 7",
                12,
                null)),
        null);
  }
}
