import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Predicate;
import java.util.spi.ToolProvider;

/// Makes the image: a Java runtime of the modules we need, the application in one jar, two caches of
/// its loaded classes, and the script that starts them.
///
/// ```
/// bin/prodigy  commit  lib/prodigy-<key>.jar  lib/prodigy-<key>{,-work}.aot  runtime-<key>/
/// ```
///
/// The JVM does not compare the cache with the jar: with another jar under the same name it runs
/// the old classes. So both are named by what is in the jar and the runtime, and a script that
/// starts one jar can never find the cache of another. Everything gets its final name by a rename,
/// the script last, and what it named before stays for a while: an image that is made again does
/// not disturb a prodigy that starts (which needs the jar) or runs (which needs the runtime's
/// helper to start processes).
public final class MakeImage {
  private static final String MODULES = "java.base,java.logging,java.net.http,java.xml,java.sql,jdk.unsupported";
  private static final String FLAGS =
      "-XX:+UseCompactObjectHeaders -XX:-UsePerfData -Xlog:disable -Xlog:all=error:stderr";
  private static final int TRAINING_ROUNDS = 300;
  private static final Duration JARS_KEPT = Duration.ofHours(1);
  private static final Duration RUNTIMES_KEPT = Duration.ofDays(7);

  private final Path jar;
  private final Path image;
  private final Path support;

  private MakeImage(Path jar, Path image, Path support) {
    this.jar = jar;
    this.image = image;
    this.support = support;
  }

  /// Arguments: the application's jar, the image to make, the directory of `launcher.sh`.
  public static void main(String[] args) throws Exception {
    new MakeImage(Path.of(args[0]), Path.of(args[1]), Path.of(args[2])).make();
  }

  private void make() throws IOException, InterruptedException {
    Files.createDirectories(image.resolve("bin"));
    Files.createDirectories(image.resolve("lib"));
    String runtime = "runtime-" + runtimeKey();
    String application =
        "prodigy-" + hash(Files.readAllBytes(jar), runtime.getBytes(), FLAGS.getBytes());
    if (!Files.exists(image.resolve(runtime))) {
      link(runtime);
    }
    Path looking = image.resolve("lib/" + application + ".aot");
    Path working = image.resolve("lib/" + application + "-work.aot");
    if (!Files.exists(looking) || !Files.exists(working)) {
      Path library = image.resolve("lib/" + application + ".jar");
      Path copy = Files.copy(jar, temporary("jar"), StandardCopyOption.REPLACE_EXISTING);
      rename(copy, library);
      train(runtime, library, looking, List.of("-XX:TieredStopAtLevel=1"), List.of());
      train(runtime, library, working, List.of(), List.of("work"));
    }
    Path launcher = image.resolve("bin/prodigy");
    String former = Files.exists(launcher) ? Files.readString(launcher) : "";
    writeLauncher(runtime, application, launcher);
    writeCommit();
    prune("lib", name -> !name.startsWith(application), former, JARS_KEPT);
    prune(
        "", name -> name.startsWith("runtime-") && !name.equals(runtime), former, RUNTIMES_KEPT);
  }

  /// Another JDK or set of modules is another runtime.
  private static String runtimeKey() throws IOException {
    Path release = Path.of(System.getProperty("java.home"), "release");
    String version = System.getProperty("java.vm.version") + MODULES;
    return hash(Files.readAllBytes(release), version.getBytes());
  }

  private void link(String runtime) throws IOException {
    Path linked = temporary("runtime");
    deleteTree(linked);
    ToolProvider jlink = ToolProvider.findFirst("jlink").orElseThrow();
    int code =
        jlink.run(
            System.out,
            System.err,
            "--add-modules",
            MODULES,
            "--strip-debug",
            "--no-header-files",
            "--no-man-pages",
            "--output",
            linked.toString());
    if (code != 0) {
      throw new IOException("jlink failed with exit code " + code);
    }
    rename(linked, image.resolve(runtime));
  }

  /// Runs what must start fast, and keeps the classes as they were loaded. Nothing else: each class
  /// in the cache costs time at every start.
  ///
  /// @param options of the JVM, as the launcher gives them
  /// @param what of the training there is
  private void train(
      String runtime, Path application, Path cache, List<String> options, List<String> what)
      throws IOException, InterruptedException {
    Path made = temporary("aot");
    var command = new ArrayList<String>();
    command.add(image.resolve(runtime).resolve("bin/java").toString());
    command.add("-XX:+UseSerialGC");
    command.addAll(options);
    command.addAll(List.of(FLAGS.split(" ")));
    command.addAll(List.of("-XX:AOTCacheOutput=" + made, "-cp", application.toString()));
    command.add("dev.prodigy.cli.StartupTraining");
    command.addAll(what);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("PRODIGY_CALLER_LC_ALL", ""); // as the launcher does
    Path store = Files.createTempDirectory("prodigy-training-");
    try {
      writeSmallLog(store);
      writeWorkflows(store);
      builder.environment().put("PRODIGY_HOME", store.toString());
      builder.environment().put("HOME", store.toString());
      builder.directory(store.toFile());
      Process training = builder.start();
      training.getOutputStream().close();
      String output = new String(training.getInputStream().readAllBytes());
      if (training.waitFor() != 0 || !Files.exists(made)) {
        throw new IOException(
            "no class cache was made: " + String.join(" ", command) + "\n" + output);
      }
    } finally {
      deleteTree(store);
    }
    rename(made, cache);
  }

  /// A workflow to run, and one long enough that checking it is all the JVM does.
  private void writeWorkflows(Path directory) throws IOException {
    String steps = Files.readString(support.resolve("training.yml"));
    Files.writeString(directory.resolve("flow.yml"), numbered(steps, 1));
    var large = new StringBuilder();
    for (int i = 1; i <= TRAINING_ROUNDS; i++) {
      large.append(numbered(steps, i));
    }
    Files.writeString(directory.resolve("large.yml"), large);
  }

  private static String numbered(String steps, int number) {
    return steps
        .replace("@N@", Integer.toString(number))
        .replace("@BEFORE@", Integer.toString(number - 1));
  }

  /// A store with one job of one event, for `events ls` to be trained on.
  private static void writeSmallLog(Path store) throws IOException {
    Path job = Files.createDirectories(store.resolve("events/training/mapreduce-training"));
    String event =
        "{\"type\":\"JobCompleted\",\"id\":\"01a205cf-3d12-7001-acec-30f987b52742\","
            + "\"timestamp\":\"2026-01-01T00:00:00.000Z\",\"event_type\":\"job_completed\","
            + "\"job_id\":\"mapreduce-training\",\"seq\":1";
    var crc = new java.util.zip.CRC32C();
    crc.update(event.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    Files.writeString(
        job.resolve("events-20260101000000000.jsonl"),
        event + ",\"crc\":\"%08x\"}\n".formatted(crc.getValue()));
  }

  private void writeLauncher(String runtime, String application, Path launcher)
      throws IOException {
    String script =
        Files.readString(support.resolve("launcher.sh"))
            .replace("@NOTE@", "Made from support/launcher.sh.")
            .replace("@RUNTIME@", runtime)
            .replace("@APPLICATION@", application)
            .replace("@FLAGS@", FLAGS);
    Path written = Files.writeString(temporary("sh"), script);
    Files.setPosixFilePermissions(written, PosixFilePermissions.fromString("rwxr-xr-x"));
    rename(written, launcher);
  }

  /// The commit this was built from: as the launcher saw it before the build began, else now.
  private void writeCommit() throws IOException, InterruptedException {
    String commit = System.getenv("PRODIGY_BUILD_COMMIT");
    if (commit == null || commit.isEmpty()) {
      String read = "root=$0/..; . \"$0/commit.sh\"; echo $commit";
      Process shell = new ProcessBuilder("sh", "-c", read, support.toString()).start();
      commit = new String(shell.getInputStream().readAllBytes()).strip();
      shell.waitFor();
    }
    rename(Files.writeString(temporary("commit"), commit + "\n"), image.resolve("commit"));
  }

  /// Deletes what is unused for so long; what the former launcher named is unused from now on.
  private void prune(String directory, Predicate<String> unused, String former, Duration kept)
      throws IOException {
    Instant now = Instant.now();
    try (var entries = Files.list(image.resolve(directory))) {
      for (Path entry : entries.filter(path -> unused.test(name(path))).toList()) {
        if (former.contains(name(entry).replaceFirst("(-work)?[.](jar|aot)$", ""))) {
          Files.setLastModifiedTime(entry, FileTime.from(now));
        } else if (Files.getLastModifiedTime(entry).toInstant().isBefore(now.minus(kept))) {
          deleteTree(entry);
        }
      }
    }
  }

  private static String name(Path path) {
    return path.getFileName().toString();
  }

  private Path temporary(String what) {
    return image.resolve("lib/.new-" + ProcessHandle.current().pid() + "." + what);
  }

  private static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  private static void deleteTree(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (var paths = Files.walk(tree)) {
      for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }

  private static String hash(byte[]... parts) {
    try {
      MessageDigest sha = MessageDigest.getInstance("SHA-256");
      for (byte[] part : parts) {
        sha.update(part);
      }
      return HexFormat.of().formatHex(sha.digest(), 0, 8);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
