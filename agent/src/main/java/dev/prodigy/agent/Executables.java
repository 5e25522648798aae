package dev.prodigy.agent;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Finds programs, so that a missing one is told as that and not as exit code 127 of something
/// else.
final class Executables {
  private static final String DEFAULT_PATH = "/usr/local/bin:/usr/bin:/bin";

  private static final Optional<Path> SETSID =
      List.of("/usr/bin", "/bin", "/usr/local/bin").stream()
          .map(directory -> Path.of(directory, "setsid"))
          .filter(Files::isExecutable)
          .findFirst();

  private Executables() {}

  /// The program that starts another one in a session of its own, keeping the process id.
  static Optional<Path> setsid() {
    return SETSID;
  }

  /// @param program looked up on `PATH` unless it contains `/`
  /// @throws AgentException if there is no such program
  static String find(String program, Path cwd, Map<String, String> environment) {
    if (program.contains("/")) {
      Path file = cwd.resolve(program);
      if (isProgram(file)) {
        return file.toString();
      }
    } else {
      for (String directory : environment.getOrDefault("PATH", DEFAULT_PATH).split(":", -1)) {
        Path file = cwd.resolve(directory).resolve(program);
        if (isProgram(file)) {
          return file.toString();
        }
      }
    }
    throw AgentException.notFound(program, cwd);
  }

  static boolean present(String program, Map<String, String> environment) {
    try {
      var _ = find(program, Path.of("/"), environment);
      return true;
    } catch (AgentException _) {
      return false;
    }
  }

  private static boolean isProgram(Path file) {
    return Files.isExecutable(file) && !Files.isDirectory(file);
  }
}
