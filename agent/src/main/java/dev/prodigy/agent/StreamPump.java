package dev.prodigy.agent;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/// Empties one pipe of a command into a sink, so that the command never waits for us.
final class StreamPump implements Runnable {
  private static final int BUFFER_BYTES = 16 * 1024;

  private final InputStream stream;
  private final ByteSink sink;
  private final CompletableFuture<Void> ended = new CompletableFuture<>();

  /// Both guarded by this object's lock.
  private boolean finished;

  private @Nullable Throwable failure;

  StreamPump(InputStream stream, ByteSink sink) {
    this.stream = stream;
    this.sink = sink;
  }

  /// Complete once nobody can write to the pipe any more.
  CompletableFuture<Void> ended() {
    return ended;
  }

  @Override
  public void run() {
    byte[] buffer = new byte[BUFFER_BYTES];
    // Holding the stream's lock keeps the JDK from closing the pipe when the command itself ends
    // (ProcessPipeInputStream.processExited): its children may still have something to say.
    synchronized (stream) {
      try {
        int length;
        while ((length = stream.read(buffer)) >= 0) {
          deliver(buffer, length);
        }
      } catch (IOException _) {
        // finish() closed the stream: nobody waits for the rest.
      } finally {
        ended.complete(null);
      }
    }
  }

  /// Ends the sink, also if the pipe is still held open by someone: what comes later is dropped.
  ///
  /// @throws RuntimeException what the sink threw, now that the command cannot be harmed by it
  void finish() {
    end();
    try {
      stream.close();
    } catch (IOException _) {
      // A pipe we only read: nothing can be lost.
    }
    rethrow();
  }

  private synchronized void deliver(byte[] buffer, int length) {
    if (!finished && failure == null) {
      try {
        sink.accept(buffer, length);
      } catch (RuntimeException | Error e) {
        failure = e;
      }
    }
  }

  private synchronized void end() {
    if (!finished) {
      finished = true;
      try {
        sink.end();
      } catch (RuntimeException | Error e) {
        failure = failure == null ? e : failure;
      }
    }
  }

  private synchronized void rethrow() {
    switch (failure) {
      case null -> {}
      case Error e -> throw e;
      case RuntimeException e -> throw e;
      default -> throw new IllegalStateException(failure);
    }
  }
}
