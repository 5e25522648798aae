package dev.prodigy.engine;

import dev.prodigy.storage.RunLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Owns a session's lock until a run takes it over, then the run: one thing to close either way.
final class RunContextOrLock implements AutoCloseable {
  private final RunLock lock;
  private boolean handedOver;
  private @Nullable RunContext run;

  RunContextOrLock(RunLock lock) {
    this.lock = lock;
  }

  /// @param opening gives the lock back itself if it fails
  RunContext take(Function<RunLock, RunContext> opening) {
    handedOver = true;
    RunContext opened = opening.apply(lock);
    run = opened;
    return opened;
  }

  @Override
  public void close() {
    RunContext opened = run;
    if (opened != null) {
      opened.close();
    } else if (!handedOver) {
      lock.close();
    }
  }
}
