package dev.prodigy.storage.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// Runs a test's `main` in a process of its own, which may be killed.
final class Forked {
  private Forked() {}

  static Process start(Class<?> main, Object... arguments) throws IOException {
    return command(main, arguments).start();
  }

  /// @param out gets its standard output, behind what is there
  static Process startInto(Path out, Class<?> main, Object... arguments) throws IOException {
    return command(main, arguments)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(out.toFile()))
        .start();
  }

  private static ProcessBuilder command(Class<?> main, Object... arguments) {
    String java = ProcessHandle.current().info().command().orElseThrow();
    var command = new ArrayList<>(List.of(java, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
  }
}
