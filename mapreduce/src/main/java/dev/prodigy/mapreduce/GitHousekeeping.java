package dev.prodigy.mapreduce;

import java.util.Map;

/// Keeps the git commands of agents from tidying up the repository: each `git commit` would start a
/// process that asks whether to, and with many agents at work several would do so at once.
final class GitHousekeeping {
  private static final String COUNT = "GIT_CONFIG_COUNT";

  private GitHousekeeping() {}

  /// Adds to the settings that an environment hands to git, after those the user gave.
  static void off(Map<String, String> environment) {
    String given = environment.getOrDefault(COUNT, "0");
    int count;
    try {
      count = Integer.parseInt(given);
    } catch (NumberFormatException _) { // git itself complains about it
      return;
    }
    for (String setting : new String[] {"gc.auto=0", "maintenance.auto=false"}) {
      int equals = setting.indexOf('=');
      environment.put("GIT_CONFIG_KEY_" + count, setting.substring(0, equals));
      environment.put("GIT_CONFIG_VALUE_" + count, setting.substring(equals + 1));
      count++;
    }
    environment.put(COUNT, Integer.toString(count));
  }
}
