package dev.prodigy.storage.verify;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.storage.RunLocks;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.verify.Finding.Kind;
import dev.prodigy.storage.verify.Finding.Severity;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/// Hands on what was found; repairs it first, if that was asked for.
final class Findings {
  private final boolean repair;
  private final Consumer<Finding> sink;
  private long problems;
  private long repaired;

  Findings(boolean repair, Consumer<Finding> sink) {
    this.repair = repair;
    this.sink = sink;
  }

  /// What a repair came to.
  ///
  /// @param remedy what was done, or why nothing was
  record Outcome(boolean repaired, String remedy) {
    static Outcome done(String what) {
      return new Outcome(true, what);
    }

    static Outcome left(String why) {
      return new Outcome(false, why);
    }
  }

  /// Repairs one thing.
  @FunctionalInterface
  interface Fix {
    Outcome apply();

    /// This fix under the lock of a run, so that nobody begins to work on it meanwhile.
    default Fix holding(RunLocks locks, String run) {
      return () -> {
        try (var _ = locks.acquire(List.of(run), false)) {
          return apply();
        }
      };
    }
  }

  void damage(Kind kind, Path path, long offset, String problem, Fix fix) {
    found(kind, Severity.DAMAGE, path, offset, problem, fix);
  }

  void leftover(Kind kind, Path path, String problem, Fix fix) {
    found(kind, Severity.LEFTOVER, path, -1, problem, fix);
  }

  void note(Kind kind, Path path, long offset, String what) {
    sink.accept(new Finding(kind, Severity.NOTE, path, offset, what, false, ""));
  }

  private void found(
      Kind kind, Severity severity, Path path, long offset, String problem, Fix fix) {
    Outcome outcome = repair ? tried(fix) : new Outcome(false, "");
    problems++;
    repaired += outcome.repaired() ? 1 : 0;
    sink.accept(
        new Finding(kind, severity, path, offset, problem, outcome.repaired(), outcome.remedy()));
  }

  /// A failing repair must not end the others.
  static Outcome tried(Fix fix) {
    try {
      return fix.apply();
    } catch (StorageException e) {
      return Outcome.left(
          e.code() == ErrorCode.SESSION_LOCKED ? "left: it is being worked on" : e.message());
    }
  }

  boolean repairing() {
    return repair;
  }

  long problems() {
    return problems;
  }

  long repaired() {
    return repaired;
  }
}
