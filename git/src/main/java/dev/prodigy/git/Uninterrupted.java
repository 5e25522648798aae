package dev.prodigy.git;

/// Waits that an interrupt must not cut short: the thread's flag is set again afterwards.
final class Uninterrupted {
  private Uninterrupted() {}

  interface Wait {
    boolean done() throws InterruptedException;
  }

  /// Waits; `otherwise` runs when the wait ended without success.
  static void await(Wait wait, Runnable otherwise) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          if (!wait.done()) {
            otherwise.run();
          }
          return;
        } catch (InterruptedException _) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
