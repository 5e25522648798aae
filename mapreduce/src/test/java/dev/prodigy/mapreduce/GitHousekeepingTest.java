package dev.prodigy.mapreduce;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class GitHousekeepingTest {
  @Test
  void settingsOfTheUserStay() {
    Map<String, String> environment = new HashMap<>();
    environment.put("GIT_CONFIG_COUNT", "1");
    environment.put("GIT_CONFIG_KEY_0", "safe.directory");
    environment.put("GIT_CONFIG_VALUE_0", "*");

    GitHousekeeping.off(environment);

    assertThat(environment)
        .containsEntry("GIT_CONFIG_KEY_0", "safe.directory")
        .containsEntry("GIT_CONFIG_KEY_1", "gc.auto")
        .containsEntry("GIT_CONFIG_VALUE_1", "0")
        .containsEntry("GIT_CONFIG_KEY_2", "maintenance.auto")
        .containsEntry("GIT_CONFIG_COUNT", "3");
  }

  @Test
  void aCountThatIsNoneIsLeftToGit() {
    Map<String, String> environment = new HashMap<>(Map.of("GIT_CONFIG_COUNT", "many"));

    GitHousekeeping.off(environment);

    assertThat(environment).containsExactly(Map.entry("GIT_CONFIG_COUNT", "many"));
  }
}
