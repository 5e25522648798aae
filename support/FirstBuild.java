import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Builds the image for `./prodigy`, once however many starts want it at once: the others wait.
///
/// The lock is the operating system's, so that a dead builder never keeps it. A builder that was
/// killed may leave its Maven behind; its process id is in the lock file, and the next builder
/// waits for it. All messages go to standard error: standard output belongs to the command.
public final class FirstBuild {
  private static final Pattern MODULE = Pattern.compile("Building (.+) \\S+ +\\[(\\d+)/(\\d+)]");
  private static final int SHOWN_ON_FAILURE = 30;

  private final Path root;
  private final String commit;
  private final Path log;

  private FirstBuild(Path root, String commit) {
    this.root = root;
    this.commit = commit;
    this.log = root.resolve(".build/first-build.log");
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    System.exit(new FirstBuild(Path.of(args[0]).toAbsolutePath().normalize(), args[1]).run());
  }

  private int run() throws IOException, InterruptedException {
    Files.createDirectories(log.getParent());
    Path lockFile = root.resolve(".build/lock");
    try (var channel =
        FileChannel.open(
            lockFile,
            StandardOpenOption.CREATE,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE)) {
      FileLock lock = channel.tryLock();
      if (lock == null) {
        say("another start is building it; waiting for that");
        lock = channel.lock();
      }
      awaitLeftOver(channel);
      return isBuilt() ? 0 : build(channel);
    }
  }

  /// The process id is followed by its start, since ids are used again; to about a second, since
  /// clocks are set.
  private static void awaitLeftOver(FileChannel channel) throws IOException {
    var content = ByteBuffer.allocate(64);
    channel.read(content, 0);
    String[] words = new String(content.array(), StandardCharsets.UTF_8).trim().split(" ");
    if (words.length == 2) {
      ProcessHandle.of(Long.parseLong(words[0]))
          .filter(process -> Math.abs(Long.parseLong(words[1]) - startMillis(process)) < 2000)
          .ifPresent(
              process -> {
                say("an earlier build still runs (process " + process.pid() + "); waiting");
                process.onExit().join();
              });
    }
  }

  private static long startMillis(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
  }

  private boolean isBuilt() throws IOException {
    Path stamp = root.resolve("dist/commit");
    return Files.exists(stamp) && Files.readString(stamp).strip().equals(commit);
  }

  private int build(FileChannel channel) throws IOException, InterruptedException {
    say(
        Files.exists(root.resolve("dist/commit"))
            ? "the checkout has changed; building it again"
            : "building it for the first time; this takes a few minutes");
    var command =
        new ProcessBuilder(
            root.resolve("build").toString(),
            "-pl",
            "cli",
            "-am",
            "package",
            "-Dmaven.test.skip=true",
            "-Dspotless.check.skip=true");
    command.environment().put("PRODIGY_BUILD_COMMIT", commit);
    Process build = command.redirectErrorStream(true).start();
    build.getOutputStream().close();
    channel.truncate(0);
    channel.write(
        ByteBuffer.wrap(
            (build.pid() + " " + startMillis(build.toHandle())).getBytes(StandardCharsets.UTF_8)),
        0);
    var lastLines = follow(build.inputReader(StandardCharsets.UTF_8));
    int code = build.waitFor();
    channel.truncate(0);
    if (code == 0 && isBuilt()) {
      say("built");
      return 0;
    }
    lastLines.forEach(System.err::println);
    say("the build failed (exit code " + code + "); the whole log: " + log);
    return 1;
  }

  /// Copies the build's output to the log and tells of each module.
  private ArrayDeque<String> follow(BufferedReader output) throws IOException {
    var lastLines = new ArrayDeque<String>();
    try (var copy = Files.newBufferedWriter(log)) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        copy.write(line);
        copy.newLine();
        lastLines.add(line);
        if (lastLines.size() > SHOWN_ON_FAILURE) {
          lastLines.remove();
        }
        Matcher module = MODULE.matcher(line);
        if (module.find()) {
          say("  " + module.group(2) + "/" + module.group(3) + " " + module.group(1));
        }
      }
    }
    return lastLines;
  }

  private static void say(String text) {
    System.err.println("prodigy: " + text);
  }
}
