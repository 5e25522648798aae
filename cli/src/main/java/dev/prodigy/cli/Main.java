package dev.prodigy.cli;

import dev.prodigy.cli.command.Signals;
import dev.prodigy.cli.terminal.Terminals;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/// The process: its streams, its environment, its end. The only place that ends it.
///
/// `Runtime.halt` instead of `System.exit`: everything is flushed by then, and the orderly way
/// loads logging classes for 17 ms.
final class Main {
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
            callersEnvironment(),
            Path.of("").toAbsolutePath(),
            Signals.ofProcess(Runtime.getRuntime()::halt)),
        args);
  }

  /// The environment the user called us with. The launcher changes the locale of the JVM where it
  /// is not UTF-8, since Java cannot open files with other names then, and leaves the caller's
  /// value beside it.
  private static Map<String, String> callersEnvironment() {
    Map<String, String> env = System.getenv();
    if (!env.containsKey("PRODIGY_CALLER_LC_ALL")) {
      return env;
    }
    var callers = new HashMap<>(env);
    String locale = callers.remove("PRODIGY_CALLER_LC_ALL");
    if (locale == null || locale.isEmpty()) {
      callers.remove("LC_ALL");
    } else {
      callers.put("LC_ALL", locale);
    }
    return Map.copyOf(callers);
  }
}
