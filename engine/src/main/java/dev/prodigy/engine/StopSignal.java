package dev.prodigy.engine;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The wish that a run ends early but in order: raised once, by whoever hears the signal, and seen
/// by everything that would start something new or is waiting.
public final class StopSignal {
  private final CountDownLatch raised = new CountDownLatch(1);
  private final List<Runnable> listeners = new ArrayList<>(); // guarded by itself
  private final List<Runnable> hurrying = new ArrayList<>(); // guarded by listeners
  private volatile @Nullable String reason;

  /// Tells everybody, in the calling thread. Raised a second time it asks for haste.
  ///
  /// @param why for people and events, such as `SIGINT`
  public void raise(String why) {
    List<Runnable> toTell;
    synchronized (listeners) {
      boolean again = raised.getCount() == 0;
      reason = again ? reason : why;
      toTell = List.copyOf(again ? hurrying : listeners);
      raised.countDown();
    }
    toTell.forEach(Runnable::run);
  }

  public boolean raised() {
    return raised.getCount() == 0;
  }

  public @Nullable String reason() {
    return reason;
  }

  /// Runs the task in the raising thread; at once, if the signal was raised before.
  public void whenRaised(Runnable task) {
    synchronized (listeners) {
      if (raised.getCount() > 0) {
        listeners.add(task);
        return;
      }
    }
    task.run();
  }

  /// Runs the task when the signal is raised once more, by someone who does not want to wait.
  public void whenRaisedAgain(Runnable task) {
    synchronized (listeners) {
      hurrying.add(task);
    }
  }

  /// Waits for the duration, or less if the run is to stop.
  ///
  /// @return true if the whole time has passed; false if the run is to stop or the thread was
  ///   interrupted, whose flag stays set
  public boolean sleep(Duration duration) {
    try {
      return !raised.await(duration.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
