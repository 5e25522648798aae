package dev.prodigy.cli;

import dev.prodigy.cli.terminal.JsonText;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;

/// `logs/prodigy.log` in the storage root: what helps us and does not belong on a console, one JSON
/// object per line, one write per line.
final class DiagnosticLog {
  private final Path file;

  private DiagnosticLog(Path file) {
    this.file = file;
  }

  static DiagnosticLog of(Map<String, String> env) {
    String home = env.getOrDefault("PRODIGY_HOME", "");
    Path root =
        home.isEmpty()
            ? Path.of(env.getOrDefault("HOME", System.getProperty("java.io.tmpdir")), ".prodigy")
            : Path.of(home);
    return new DiagnosticLog(root.resolve("logs").resolve("prodigy.log"));
  }

  /// Records a bug of ours with its stack trace.
  ///
  /// @return where, for the user to send; or why it could not be written
  String fault(Throwable fault, String[] args) {
    var trace = new StringWriter();
    fault.printStackTrace(new PrintWriter(trace));
    String command = args.length == 0 ? "" : args[0]; // further words may be secret
    String line =
        "{\"ts\":"
            + JsonText.quote(Instant.now().toString())
            + ",\"level\":\"error\",\"logger\":\"prodigy\",\"version\":"
            + JsonText.quote(Version.NUMBER)
            + ",\"command\":"
            + JsonText.quote(command)
            + ",\"msg\":"
            + JsonText.quote(fault.toString())
            + ",\"thread\":"
            + JsonText.quote(Thread.currentThread().getName())
            + ",\"trace\":"
            + JsonText.quote(trace.toString())
            + "}\n";
    try {
      append(line);
      return file.toString();
    } catch (IOException e) {
      return file + " could not be written: " + e;
    }
  }

  private void append(String line) throws IOException {
    Files.createDirectories(
        file.getParent(),
        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(
        file, line, StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
