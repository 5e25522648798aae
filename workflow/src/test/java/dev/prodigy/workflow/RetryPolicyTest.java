package dev.prodigy.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RetryPolicyTest {

  private static final Random RANDOM = new Random(7);

  @Test
  void delaysGrowAsTheStrategySays() {
    assertThat(seconds(new Backoff.Constant())).containsExactly(1, 1, 1, 1, 1, 1, 1);
    assertThat(seconds(new Backoff.Linear(Duration.ofSeconds(2))))
        .containsExactly(1, 3, 5, 7, 9, 11, 13);
    assertThat(seconds(new Backoff.Exponential(2))).containsExactly(1, 2, 4, 8, 16, 30, 30);
    assertThat(seconds(new Backoff.Exponential(3))).containsExactly(1, 3, 9, 27, 30, 30, 30);
    assertThat(seconds(new Backoff.Fibonacci())).containsExactly(1, 1, 2, 3, 5, 8, 13);
    var custom =
        new Backoff.Custom(
            List.of(Duration.ofMillis(500), Duration.ofSeconds(2), Duration.ofSeconds(7)));
    assertThat(seconds(custom)).containsExactly(.5, 2, 7, 30, 30, 30, 30);
    assertThat(seconds(new Backoff.Custom(List.of()))).containsOnly(30);
  }

  @Test
  void delaysSaturateInsteadOfOverflowing() {
    for (Backoff backoff :
        List.of(
            new Backoff.Linear(Duration.ofDays(100_000)),
            new Backoff.Exponential(10),
            new Backoff.Fibonacci(),
            new Backoff.Custom(List.of()))) {
      assertThat(policy(backoff, 0, null).delay(1000, RANDOM)).isEqualTo(Duration.ofSeconds(30));
      assertThat(policy(backoff, 0, null).delay(Integer.MAX_VALUE / 1000, RANDOM))
          .isEqualTo(Duration.ofSeconds(30));
    }
  }

  @Test
  void jitterStaysWithinItsBoundsAndUsesThem() {
    assertThat(jittered(10, 0.3)).allMatch(ms -> ms >= 8_500 && ms <= 11_500);
    assertThat(jittered(10, 0.3)).anyMatch(ms -> ms < 8_700).anyMatch(ms -> ms > 11_300);
    assertThat(jittered(10, 0.5)).allMatch(ms -> ms >= 7_500 && ms <= 12_500);
    assertThat(jittered(30, 0.3)).allMatch(ms -> ms >= 25_500 && ms <= 30_000);
    assertThat(jittered(0, 1)).containsOnly(0L);
  }

  @Test
  void theBudgetCapsTheSumOfDelays() {
    var policy = policy(new Backoff.Exponential(2), 0, Duration.ofMinutes(2));
    Duration slept = Duration.ZERO;
    int executions = 1;
    while (policy.affords(slept, policy.delay(executions, RANDOM))) {
      slept = slept.plus(policy.delay(executions, RANDOM));
      executions++;
    }
    assertThat(slept).isEqualTo(Duration.ofSeconds(91));
    assertThat(executions).isEqualTo(8);
    assertThat(policy.affords(Duration.ofSeconds(90), Duration.ofSeconds(30))).isTrue();
  }

  @Test
  void builtInMatchersKnowTheWordsOfTheirTrouble() {
    assertThat(matches(Matcher.Known.NETWORK, "Connection REFUSED by peer")).isTrue();
    assertThat(matches(Matcher.Known.NETWORK, "could not resolve host")).isTrue();
    assertThat(matches(Matcher.Known.NETWORK, "disk full")).isFalse();
    assertThat(matches(Matcher.Known.SERVER_ERROR, "HTTP 503")).isTrue();
    assertThat(matches(Matcher.Known.SERVER_ERROR, "code=502,")).isTrue();
    assertThat(matches(Matcher.Known.SERVER_ERROR, "took 1503 ms")).isFalse();
    assertThat(matches(Matcher.Known.SERVER_ERROR, "HTTP 501")).isFalse();
    assertThat(matches(Matcher.Known.RATE_LIMIT, "status 429")).isTrue();
    assertThat(matches(Matcher.Known.RATE_LIMIT, "port 4290")).isFalse();
    assertThat(matches(Matcher.Known.RATE_LIMIT, "Overloaded")).isTrue();
    assertThat(matches(Matcher.Known.TIMEOUT, "request timed out")).isTrue();
    assertThat(matches(new Matcher.Any(), "")).isTrue();
  }

  @Test
  void ourOwnTimeoutAndExitCodesCountToo() {
    var timeout = List.<Matcher>of(Matcher.Known.TIMEOUT);
    assertThat(withMatchers(timeout).matches("", true, 124)).isTrue();
    assertThat(withMatchers(timeout).matches("", false, 124)).isFalse();
    var codes = List.<Matcher>of(new Matcher.ExitCode(Set.of(2, 75)));
    assertThat(withMatchers(codes).matches("", false, 75)).isTrue();
    assertThat(withMatchers(codes).matches("75", false, 1)).isFalse();
    assertThat(withMatchers(List.of()).matches("anything", false, 1)).isTrue();
  }

  @Test
  void patternsAreCaseSensitiveAndFindAnywhere() {
    assertThat(matches(new Matcher.Regex(Pattern.compile("dead.ock")), "a deadlock b")).isTrue();
    assertThat(matches(new Matcher.Regex(Pattern.compile("deadlock")), "DEADLOCK")).isFalse();
  }

  @Test
  void aPatternThatRunsTooLongIsNoMatchAndIsReported() {
    var warnings = new ArrayList<String>();
    boolean found =
        PatiencePattern.find(
            Pattern.compile("(x+x+)+y"), "x".repeat(5_000), Duration.ofMillis(20), warnings::add);
    assertThat(found).isFalse();
    assertThat(
            PatiencePattern.find(
                Pattern.compile("(a|b)*c"), "ab".repeat(100_000), Duration.ofSeconds(9), _ -> {}))
        .isFalse();
    assertThat(warnings).singleElement().asString().contains("(x+x+)+y").contains("no match");
  }

  private static boolean matches(Matcher matcher, String text) {
    return withMatchers(List.of(matcher)).matches(text, false, 1);
  }

  private static double[] seconds(Backoff backoff) {
    var policy = policy(backoff, 0, null);
    return IntStream.rangeClosed(1, 7)
        .mapToDouble(n -> policy.delay(n, RANDOM).toMillis() / 1000.0)
        .toArray();
  }

  private static List<Long> jittered(int seconds, double jitter) {
    var policy =
        new RetryPolicy(
            3,
            new Backoff.Constant(),
            Duration.ofSeconds(seconds),
            Duration.ofSeconds(30),
            jitter,
            List.of(),
            null,
            new OnExhausted.Stop(),
            null,
            Set.of());
    return IntStream.range(0, 2_000).mapToObj(_ -> policy.delay(1, RANDOM).toMillis()).toList();
  }

  private static RetryPolicy policy(Backoff backoff, double jitter, @Nullable Duration budget) {
    return new RetryPolicy(
        100,
        backoff,
        Duration.ofSeconds(1),
        Duration.ofSeconds(30),
        jitter,
        List.of(),
        budget,
        new OnExhausted.Stop(),
        null,
        Set.of());
  }

  private static RetryPolicy withMatchers(List<Matcher> matchers) {
    return new RetryPolicy(
        3,
        new Backoff.Constant(),
        Duration.ZERO,
        Duration.ZERO,
        0,
        matchers,
        null,
        new OnExhausted.Stop(),
        null,
        Set.of());
  }
}
