package dev.prodigy.cli.e2e.faults;

import dev.prodigy.testkit.ProdigyCommand;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/// `reliability/faults.c`, compiled: it kills a JVM, or fails one of its calls, at the n-th call
/// that changes a file.
final class FaultLibrary {
  private final Path library;

  private FaultLibrary(Path library) {
    this.library = library;
  }

  /// @param directory where the compiled library is put
  /// @throws AssertionError with what the compiler said, if it cannot be compiled
  static FaultLibrary compile(Path directory) {
    Path library = directory.resolve("faults.so");
    FaultHarness.shell(
        "gcc",
        "-shared",
        "-fPIC",
        "-O1",
        "-Wall",
        "-Werror",
        "-o",
        library.toString(),
        source().toString(),
        "-ldl");
    return new FaultLibrary(library);
  }

  private static Path source() {
    Path directory = Path.of("").toAbsolutePath();
    while (directory != null) {
      Path candidate = directory.resolve("reliability/faults.c");
      if (Files.exists(candidate)) {
        return candidate;
      }
      directory = directory.getParent();
    }
    throw new AssertionError("no reliability/faults.c above " + Path.of("").toAbsolutePath());
  }

  /// The command with the fault in it; `log` gets a line for each counted call.
  ProdigyCommand in(ProdigyCommand command, Path below, Path log, Fault fault) {
    return command
        .with("LD_PRELOAD", library.toString())
        .with("FAULT_ROOT", below.toString())
        .with("FAULT_LOG", log.toString())
        .with("FAULT_KIND", fault.kind().word)
        .with("FAULT_AT", String.valueOf(fault.at()));
  }

  /// What was counted: number, name, path and, where it struck, a star.
  static List<String> calls(Path log) {
    try {
      return Files.exists(log) ? Files.readAllLines(log) : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /// What happens at which call.
  record Fault(Kind kind, int at) {
    @Override
    public String toString() {
      return kind.word + " at call " + at;
    }
  }

  /// The ways of a call to go wrong.
  enum Kind {
    KILL("kill"),
    TEAR("tear"),
    IO_ERROR("EIO"),
    NO_SPACE("ENOSPC");

    final String word;

    Kind(String word) {
      this.word = word;
    }

    /// Whether the process dies of it.
    boolean kills() {
      return this == KILL || this == TEAR;
    }
  }
}
