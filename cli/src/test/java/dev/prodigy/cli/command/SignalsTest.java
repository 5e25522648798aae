package dev.prodigy.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.command.Signals.Stop;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SignalsTest {
  private final List<String> happened = new ArrayList<>();
  private final Signals signals = Signals.onlyRaised(code -> happened.add("halt " + code));

  @Test
  void theFirstStopsAndTheSecondKills() {
    try (var _ = signals.listen(stop -> happened.add("stop " + stop), () -> happened.add("kill"))) {
      signals.raise(Stop.TERM);
      assertThat(happened).containsExactly("stop TERM");

      signals.raise(Stop.INT);
      assertThat(happened).containsExactly("stop TERM", "kill", "halt 130");
    }
    assertThat(signals.received()).contains(Stop.TERM);
  }

  @Test
  void theProcessEndsEvenIfKillingFails() {
    try (var _ =
        signals.listen(
            _ -> {},
            () -> {
              throw new IllegalStateException("cannot kill");
            })) {
      signals.raise(Stop.HUP);
      assertThat(org.assertj.core.api.Assertions.catchThrowable(() -> signals.raise(Stop.HUP)))
          .hasMessage("cannot kill");
    }
    assertThat(happened).containsExactly("halt 129");
  }

  @Test
  void nobodyIsCalledAfterwards() {
    signals.listen(stop -> happened.add("stop " + stop), () -> happened.add("kill")).close();

    signals.raise(Stop.INT);
    signals.raise(Stop.INT);

    assertThat(happened).isEmpty();
  }

  @Test
  void whatIsLeftToDoIsDoneOnceBeforeTheEnd() {
    signals.beforeEnd(() -> happened.add("first made"));
    signals.beforeEnd(() -> happened.add("last made"));
    try (var _ = signals.listen(_ -> {}, () -> happened.add("kill"))) {
      signals.raise(Stop.TERM);
      signals.raise(Stop.TERM);
    }
    signals.ending();

    assertThat(happened).containsExactly("kill", "last made", "first made", "halt 143");
  }
}
