package dev.prodigy.agent;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// A started command. It is stopped at most once, by whoever comes first; all others wait for that.
final class RunningCommand {
  private final Process process;
  private final ProcessTree tree;
  private boolean stopped;
  private @Nullable CompletableFuture<Void> stopping;

  RunningCommand(Process process, ProcessTree tree) {
    this.process = process;
    this.tree = tree;
  }

  Process process() {
    return process;
  }

  ProcessTree tree() {
    return tree;
  }

  /// Stops the tree on another thread, which nobody interrupts.
  CompletableFuture<Void> stop(Duration grace, Executor threads) {
    return stopOnce(
        () -> CompletableFuture.runAsync(() -> ProcessTree.stop(List.of(tree), grace), threads));
  }

  synchronized CompletableFuture<Void> stopOnce(Supplier<CompletableFuture<Void>> stop) {
    if (stopping == null) {
      stopping = stop.get();
    }
    return stopping;
  }

  /// Someone wants it to end before its time: not a failure of the command.
  synchronized void markStopped() {
    stopped = true;
  }

  synchronized boolean isStopped() {
    return stopped;
  }

  /// Waits, whatever interrupts, until a stop that has begun is over.
  ///
  /// @return false if nobody has begun one
  boolean awaitStop() {
    CompletableFuture<Void> begun;
    synchronized (this) {
      begun = stopping;
    }
    if (begun != null) {
      begun.join();
    }
    return begun != null;
  }
}
