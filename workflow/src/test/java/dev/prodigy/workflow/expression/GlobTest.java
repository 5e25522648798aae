package dev.prodigy.workflow.expression;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GlobTest {

  @ParameterizedTest
  @CsvSource({
    "*.rs, src/a.rs, true",
    "*.rs, a.rsx, false",
    "?.rs, src/ab.rs, false",
    "src/*.rs, src/a.rs, true",
    "src/*.rs, src/x/a.rs, false",
    "src/**/*.rs, src/a.rs, true",
    "src/**/*.rs, src/x/y/a.rs, true",
    "src/**, src/x/y, true",
    "src/**, lib/x, false",
    "**/x, x, true",
    "**/x, a/x, true",
    "a**/x, ab/c/x, true",
    "a?/b, a//b, false",
    "'*.a,*.b', c.b, true",
    "*, '', true"
  })
  void matchesPaths(String globs, String path, boolean expected) {
    assertThat(Glob.list(globs).stream().anyMatch(glob -> glob.matches(path))).isEqualTo(expected);
  }

  @Test
  void manyStarsTakeNoLonger() {
    assertThat(Glob.list("*a".repeat(200) + "b").getFirst().matches("a".repeat(2000))).isFalse();
  }
}
