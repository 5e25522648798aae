package dev.prodigy.cli;

/// What the image's two class caches are trained with. The small one holds the classes of the
/// commands that look, whose start people wait for, and no others, since every class in it costs
/// time at each start. The large one, for commands that work, holds in addition how often methods
/// are called, so that they are compiled at once.
///
/// The large one is trained in a directory with `flow.yml`, a workflow that uses most of the
/// language, and `large.yml`, a long one.
final class StartupTraining {
  private StartupTraining() {}

  public static void main(String[] args) {
    if (args.length == 0) {
      look();
    } else {
      work();
    }
  }

  private static void look() {
    run("--version");
    run("--help");
    run("events", "ls", "--limit", "1");
    run("events", "ls", "--job_id", "mapreduce-training", "--limit", "1");
  }

  private static void work() {
    run("demo", "--dir", "demo");
    run("run", "flow.yml", "--path", "demo/prodigy-demo", "--yes");
    run("validate", "large.yml");
  }

  private static void run(String... args) {
    int code = Main.run(args);
    if (code != 0) {
      throw new IllegalStateException(String.join(" ", args) + " ended with " + code);
    }
  }
}
