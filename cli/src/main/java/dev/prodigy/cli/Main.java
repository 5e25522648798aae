package dev.prodigy.cli;

import dev.prodigy.cli.command.Signals;
import dev.prodigy.cli.terminal.Terminals;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;

/// The process: its streams, its environment, its end. The only place that ends it.
///
/// `Runtime.halt` instead of `System.exit`: everything is flushed by then, and the orderly way
/// loads logging classes for 17 ms.
final class Main {
  private static final String[] CHANGED = {
    "LC_ALL", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS"
  };

  private Main() {}

  public static void main(String[] args) {
    Runtime.getRuntime().halt(run(args));
  }

  /// All of [#main] but the end.
  static int run(String... args) {
    return Prodigy.main(
        new Surroundings(
            new FileInputStream(FileDescriptor.in),
            new FileOutputStream(FileDescriptor.out),
            new FileOutputStream(FileDescriptor.err),
            Terminals.of(System.getProperty("prodigy.terminals", "")),
            callersEnvironment(System.getenv()),
            Path.of("").toAbsolutePath(),
            Signals.ofProcess(Runtime.getRuntime()::halt)),
        args);
  }

  /// The environment the user called us with: the launcher changes some variables for our JVM and
  /// keeps the caller's values beside them, empty where there was none.
  static Map<String, String> callersEnvironment(Map<String, String> env) {
    var callers = new HashMap<>(env);
    for (String name : CHANGED) {
      String value = callers.remove("PRODIGY_CALLER_" + name);
      if (value != null && value.isEmpty()) {
        callers.remove(name);
      } else if (value != null) {
        callers.put(name, value);
      }
    }
    return Collections.unmodifiableMap(callers);
  }
}
