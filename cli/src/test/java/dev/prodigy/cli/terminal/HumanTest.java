package dev.prodigy.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HumanTest {

  @ParameterizedTest
  @CsvSource({
    "0,0 B",
    "512,512 B",
    "1023,1023 B",
    "1024,1.00 KB",
    "1536,1.50 KB",
    "1048575,1.00 MB",
    "1572864,1.50 MB",
    "1073741824,1.00 GB",
    "1125899906842624,1024.00 TB"
  })
  void sizesHaveTwoDecimalsAboveAKilobyte(long bytes, String text) {
    assertThat(Human.size(bytes)).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({
    "0,0ms",
    "850,850ms",
    "12345,12.345s",
    "5000,5.000s",
    "59999,59.999s",
    "125000,2m 5s",
    "3780000,1h 3m",
    "187200000,2d 4h"
  })
  void durationsHaveOneOrTwoUnits(long millis, String text) {
    assertThat(Human.duration(Duration.ofMillis(millis))).isEqualTo(text);
  }

  @Test
  void timesAreLocal() {
    Instant instant = Instant.parse("2025-01-11T09:05:07.9Z");

    assertThat(Human.time(instant, ZoneId.of("Europe/Berlin"))).isEqualTo("2025-01-11 10:05:07");
  }

  @ParameterizedTest
  @CsvSource({"5,5s ago", "90,1m ago", "10800,3h ago", "200000,2d ago", "-5,0s ago"})
  void agesHaveOneUnit(long seconds, String text) {
    Instant now = Instant.parse("2025-01-11T09:05:07Z");

    assertThat(Human.ago(now.minusSeconds(seconds), now)).isEqualTo(text);
  }

  @Test
  void nounsAgreeWithTheirNumber() {
    assertThat(Human.count(1, "session")).isEqualTo("1 session");
    assertThat(Human.count(0, "session")).isEqualTo("0 sessions");
  }
}
