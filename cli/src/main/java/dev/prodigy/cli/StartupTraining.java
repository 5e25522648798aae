package dev.prodigy.cli;

/// What the image's class cache is trained with: the commands whose start people wait for. The
/// cache holds the classes these use and no others, since every class in it costs time at each
/// start.
final class StartupTraining {
  private StartupTraining() {}

  public static void main(String[] args) {
    run("--version");
    run("--help");
    run("events", "ls", "--limit", "1");
    run("events", "ls", "--job_id", "mapreduce-training", "--limit", "1");
  }

  private static void run(String... args) {
    int code = Main.run(args);
    if (code != 0) {
      throw new IllegalStateException(String.join(" ", args) + " ended with " + code);
    }
  }
}
