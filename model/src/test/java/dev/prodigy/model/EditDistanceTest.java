package dev.prodigy.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Words and what it takes to make one of the other.
class EditDistanceTest {
  @ParameterizedTest
  @CsvSource({
    "same, same, 0",
    "'', abc, 3",
    "abc, '', 3",
    "cat, cart, 1",
    "cart, cat, 1",
    "cat, cut, 1",
    "shlel, shell, 1",
    "kitten, sitting, 3",
    "ab, ba, 1",
    "timeot, timeout, 1"
  })
  void countsLettersToChange(String one, String other, int distance) {
    assertThat(EditDistance.between(one, other)).isEqualTo(distance);
    assertThat(EditDistance.between(other, one)).isEqualTo(distance);
  }
}
