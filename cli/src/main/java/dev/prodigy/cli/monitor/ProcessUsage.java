package dev.prodigy.cli.monitor;

import dev.prodigy.model.Owner;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// What the process that runs a job takes of this machine, without its children.
///
/// @param memoryMb resident; null where the system does not tell
/// @param cpuPercent of one core, since the process began; null where the system does not tell
record ProcessUsage(@Nullable Double memoryMb, @Nullable Double cpuPercent) {
  static final ProcessUsage NONE = new ProcessUsage(null, null);

  static ProcessUsage of(Owner owner) {
    return new ProcessUsage(memory(owner.pid()), cpu(owner));
  }

  private static @Nullable Double memory(long pid) {
    try {
      for (String line : Files.readAllLines(Path.of("/proc", String.valueOf(pid), "status"))) {
        if (line.startsWith("VmRSS:")) {
          String digits = line.replaceAll("\\D", "");
          return rounded(Long.parseLong(digits) / 1024.0);
        }
      }
    } catch (IOException _) {
      return null; // ended meanwhile, or no /proc
    }
    return null;
  }

  private static @Nullable Double cpu(Owner owner) {
    Optional<Duration> used =
        ProcessHandle.of(owner.pid()).flatMap(handle -> handle.info().totalCpuDuration());
    Duration lived =
        Duration.between(Instant.ofEpochMilli(owner.processStartedAt()), Instant.now());
    return used.isEmpty() || !lived.isPositive()
        ? null
        : rounded(100.0 * used.get().toMillis() / Math.max(1, lived.toMillis()));
  }

  private static Double rounded(double value) {
    return Math.round(value * 10) / 10.0;
  }
}
