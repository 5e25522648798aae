package dev.prodigy.git;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/// Reads one stream of a process beside the caller.
final class StreamDrain {
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final Thread reader;

  private StreamDrain(InputStream stream) {
    reader = Thread.ofVirtual().unstarted(() -> read(stream));
  }

  static StreamDrain of(InputStream stream) {
    var drain = new StreamDrain(stream);
    drain.reader.start();
    return drain;
  }

  private void read(InputStream stream) {
    byte[] buffer = new byte[8192];
    try (stream) {
      for (int n = stream.read(buffer); n >= 0; n = stream.read(buffer)) {
        synchronized (bytes) {
          bytes.write(buffer, 0, n);
        }
      }
    } catch (IOException _) {
      // The process is gone; what it wrote before is what there is.
    }
  }

  /// Everything written; a background process that a hook left behind may hold the stream open, so
  /// the wait for its end is short.
  String text() {
    Uninterrupted.await(() -> reader.join(GRACE), () -> {});
    synchronized (bytes) {
      return bytes.toString(StandardCharsets.UTF_8);
    }
  }
}
