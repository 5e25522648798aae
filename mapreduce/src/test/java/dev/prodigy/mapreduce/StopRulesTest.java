package dev.prodigy.mapreduce;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.workflow.ErrorCollection;
import dev.prodigy.workflow.ErrorPolicy;
import dev.prodigy.workflow.OnItemFailure;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class StopRulesTest {
  @Test
  void withoutRulesFailuresNeverStop() {
    assertThat(rules(true, null, null).broken(tally(50, 50))).isEmpty();
  }

  @Test
  void theFirstFailureStopsWhenToldNotToContinue() {
    assertThat(rules(false, null, null).broken(tally(3, 1))).isPresent();
    assertThat(rules(false, null, null).broken(tally(3, 0))).isEmpty();
  }

  @Test
  void maxFailuresIsReachedNotExceeded() {
    assertThat(rules(true, 2, null).broken(tally(3, 1))).isEmpty();
    assertThat(rules(true, 2, null).broken(tally(3, 2)))
        .hasValueSatisfying(rule -> assertThat(rule).contains("max_failures 2"));
  }

  @Test
  void aRateCountsFromTenFinishedItemsAndMustBeExceeded() {
    assertThat(rules(true, null, 0.5).broken(tally(0, 9))).isEmpty();
    assertThat(rules(true, null, 0.5).broken(tally(5, 5))).isEmpty();
    assertThat(rules(true, null, 0.5).broken(tally(4, 6))).isPresent();
  }

  private static StopRules rules(
      boolean goOn, @Nullable Integer maxFailures, @Nullable Double threshold) {
    return new StopRules(
        new ErrorPolicy(
            new OnItemFailure.Dlq(),
            goOn,
            maxFailures,
            threshold,
            new ErrorCollection.Aggregate(),
            null,
            null));
  }

  private static ItemTable.Tally tally(int successful, int failed) {
    return new ItemTable.Tally(100, 100 - successful - failed, 0, successful, failed, 0);
  }
}
