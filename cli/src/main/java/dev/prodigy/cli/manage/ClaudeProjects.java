package dev.prodigy.cli.manage;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/// Claude keeps its logs in a directory per working directory, `projects/<path>`, where everything
/// but letters and digits became `-`. Only those of our own worktrees are ours.
final class ClaudeProjects {
  private static final String SESSION = "session-";
  private static final String AGENT = "mapreduce-agent-";

  private ClaudeProjects() {}

  /// Where Claude keeps its files; empty if nothing says so.
  static Optional<Path> home(Map<String, String> env) {
    String configured = env.get("CLAUDE_CONFIG_DIR");
    if (configured != null && !configured.isBlank()) {
      return Optional.of(Path.of(configured));
    }
    return Optional.ofNullable(env.get("HOME"))
        .filter(home -> !home.isBlank())
        .map(home -> Path.of(home).resolve(".claude"));
  }

  /// The session or job that worked in the directory; empty if it is none of `worktrees`.
  static Optional<String> runOf(String project, Path worktrees) {
    String path = worktrees.toAbsolutePath() + "/";
    for (String prefix :
        new String[] {path.replaceAll("[^A-Za-z0-9]", "-"), path.replace('/', '-')}) {
      if (project.startsWith(prefix)) {
        String name = project.substring(prefix.length());
        if (name.startsWith(SESSION)) {
          return Optional.of(name);
        }
        if (name.startsWith(AGENT)) {
          return Optional.of(jobOf(name.substring(AGENT.length())));
        }
      }
    }
    return Optional.empty();
  }

  /// A job's id has an underscore, which Claude made a `-`, too.
  private static String jobOf(String agent) {
    int end = Math.max(agent.lastIndexOf("-slot-"), agent.lastIndexOf("-agent-"));
    String job = end < 0 ? agent : agent.substring(0, end);
    return job.replaceFirst("^(mapreduce-\\d{8})-(\\d{6})-([0-9a-f]{6})", "$1_$2_$3");
  }
}
