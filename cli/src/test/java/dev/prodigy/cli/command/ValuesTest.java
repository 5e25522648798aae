package dev.prodigy.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prodigy.cli.command.ValueType.BadValue;
import dev.prodigy.cli.terminal.ColorMode;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ValuesTest {

  @ParameterizedTest
  @CsvSource({
    "30s,PT30S",
    "45M,PT45M",
    "12h,PT12H",
    "30d,PT720H",
    "1w,PT168H",
    "1h30m,PT1H30M",
    "850ms,PT0.85S",
    "1.5h,PT1H30M",
    "2days,PT48H",
    "10MINUTES,PT10M",
    "0s,PT0S"
  })
  void durationsHaveAUnitAndMayBeSums(String text, Duration duration) throws BadValue {
    assertThat(Values.DURATION.parse(text)).isEqualTo(duration);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "30", "d", "1 h", "-1h", "1x", "1h30", "1..5h", "99999999999999999w"})
  void otherDurationsAreRefused(String text) {
    assertThatThrownBy(() -> Values.DURATION.parse(text))
        .hasMessage("Invalid duration format: '" + text + "' (use e.g. 30d, 12h, 45m)");
  }

  @Test
  void aBareNumberCountsWhereTheOptionSaysSo() throws BadValue {
    ValueType<Duration> since = Durations.withBare(Duration.ofMinutes(1));

    assertThat(since.parse("30")).isEqualTo(Duration.ofMinutes(30));
    assertThat(since.parse("30s")).isEqualTo(Duration.ofSeconds(30));
  }

  @ParameterizedTest
  @CsvSource({"512,512", "1K,1024", "10MB,10485760", "1.5gib,1610612736", "2 T,2199023255552"})
  void sizesAre1024Based(String text, long bytes) throws BadValue {
    assertThat(Values.SIZE.parse(text)).isEqualTo(bytes);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "MB", "10X", "1.2.3K", "-1"})
  void otherSizesAreRefused(String text) {
    assertThatThrownBy(() -> Values.SIZE.parse(text)).isInstanceOf(BadValue.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"mapreduce-123", "a", "session-1:x_y.z", "a..b"})
  void idsArePlainNames(String text) throws BadValue {
    assertThat(Values.ID.parse(text)).isEqualTo(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "..", "a/b", "../x", ".hidden", "ü", "a b"})
  void idsAreNeverPaths(String text) {
    assertThatThrownBy(() -> Values.ID.parse(text)).isInstanceOf(BadValue.class);
  }

  @Test
  void numbersKeepTheirBounds() throws BadValue {
    assertThat(Values.between(1, 1000).parse("1000")).isEqualTo(1000);
    assertThatThrownBy(() -> Values.between(1, 1000).parse("0"))
        .hasMessage("expected a number from 1 to 1000");
  }

  @Test
  void choicesAreListedWhenMissed() {
    assertThatThrownBy(() -> Values.oneOf(ColorMode.class).parse("sometimes"))
        .hasMessage("expected one of auto, always, never");
  }
}
