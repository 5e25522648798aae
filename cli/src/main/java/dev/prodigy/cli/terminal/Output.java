package dev.prodigy.cli.terminal;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/// One of our two output streams: buffered, always UTF-8, never silently failing.
///
/// Lines reach the reader at once when it is a person or when asked with [#live]; otherwise they
/// wait in the buffer until it is full or [#flush]. Safe for use by several threads; one call is
/// never torn by another.
///
/// A reader that goes away (`| head`) is not an error of the user's: every write from then on
/// throws [ReaderGone], which ends the command with exit code 0. Work that must go on without a
/// reader says so with [#live], then later output is dropped.
public final class Output {

  /// Nobody reads our output any more.
  public static final class ReaderGone extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ReaderGone() {
      super("the reader of our output has gone", null, false, false);
    }
  }

  /// The output cannot be written for another reason, such as a full disk.
  public static final class Unwritable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unwritable(IOException cause) {
      super(cause.getMessage(), cause);
    }
  }

  private static final int CAPACITY = 16 * 1024;

  private final OutputStream stream;
  private final byte[] buffer = new byte[CAPACITY];
  private int filled;
  private boolean live;
  private boolean goesOnAlone;
  private @Nullable RuntimeException failure;

  private Output(OutputStream stream, boolean live, boolean goesOnAlone) {
    this.stream = stream;
    this.live = live;
    this.goesOnAlone = goesOnAlone;
  }

  static Output ofAnswers(OutputStream stream, boolean terminal) {
    return new Output(stream, terminal, false);
  }

  static Output ofMessages(OutputStream stream) {
    return new Output(stream, true, true);
  }

  /// From now on every line is flushed, and the command outlives its reader.
  public synchronized void live() {
    live = true;
    goesOnAlone = true;
    flush();
  }

  public synchronized void print(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    write(bytes, 0, bytes.length);
  }

  public synchronized void line(String text) {
    print(text);
    if (filled == CAPACITY) {
      drain();
    }
    buffer[filled++] = '\n';
    if (live) {
      flush();
    }
  }

  /// Bytes that are UTF-8 already, such as stored records.
  public synchronized void write(byte[] bytes, int offset, int length) {
    if (length > CAPACITY - filled) {
      drain();
    }
    if (length > CAPACITY) {
      send(bytes, offset, length);
    } else {
      System.arraycopy(bytes, offset, buffer, filled, length);
      filled += length;
    }
  }

  public synchronized void flush() {
    drain();
    if (usable()) {
      try {
        stream.flush();
      } catch (IOException e) {
        fail(e);
      }
    }
  }

  /// Flushes before something is said elsewhere; a failure is told at the next write.
  synchronized void flushFirst() {
    try {
      flush();
    } catch (ReaderGone | Unwritable _) { // kept in `failure`
    }
  }

  private void drain() {
    int length = filled;
    filled = 0;
    if (length > 0) {
      send(buffer, 0, length);
    }
  }

  private void send(byte[] bytes, int offset, int length) {
    if (usable()) {
      try {
        stream.write(bytes, offset, length);
      } catch (IOException e) {
        fail(e);
      }
    }
  }

  private boolean usable() {
    if (failure != null && !goesOnAlone) {
      throw failure;
    }
    return failure == null;
  }

  private void fail(IOException e) {
    String message = e.getMessage();
    boolean gone = message != null && message.contains("Broken pipe");
    failure = gone ? new ReaderGone() : new Unwritable(e);
    usable();
  }
}
