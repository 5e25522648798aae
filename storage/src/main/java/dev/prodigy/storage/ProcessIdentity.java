package dev.prodigy.storage;

import dev.prodigy.model.Owner;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;

/// Who this process is, and whether another one still lives.
public final class ProcessIdentity {

  /// The kernel derives a start time from the wall clock, so it shifts with the clock; a number is
  /// not given to another process this soon.
  private static final long CLOCK_SHIFT_MILLIS = 2_000;

  private static final Owner CURRENT = identify();

  private ProcessIdentity() {}

  public static Owner current() {
    return CURRENT;
  }

  /// Whether the process exists and is not a later one with the same number. A process that we may
  /// not inspect counts as alive, and so does every process of another host.
  public static boolean isAlive(Owner owner) {
    if (!owner.host().equals(CURRENT.host())) {
      return true;
    }
    Optional<ProcessHandle> process = ProcessHandle.of(owner.pid()).filter(ProcessHandle::isAlive);
    if (process.isEmpty()) {
      return false;
    }
    return process
        .get()
        .info()
        .startInstant()
        .map(start -> Math.abs(start.toEpochMilli() - owner.processStartedAt()))
        .map(difference -> difference <= CLOCK_SHIFT_MILLIS)
        .orElse(true);
  }

  private static Owner identify() {
    ProcessHandle self = ProcessHandle.current();
    Instant start = self.info().startInstant().orElse(Instant.EPOCH);
    return new Owner(self.pid(), host(), start.toEpochMilli());
  }

  private static String host() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
    } catch (IOException _) { // not Linux
      return nameFromNetwork();
    }
  }

  private static String nameFromNetwork() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException _) { // a host without a name: one fixed name will do
      return "localhost";
    }
  }
}
