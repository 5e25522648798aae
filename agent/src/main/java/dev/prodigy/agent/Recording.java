package dev.prodigy.agent;

import dev.prodigy.agent.ProcessRunner.Ending;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one command wrote: in memory as far as that is allowed, completely in its log, and live for
/// those who watch.
final class Recording implements AutoCloseable {
  static final int EXIT_TIMED_OUT = 124;

  private final CommandSpec spec;
  private final @Nullable LogFile log;
  private final BoundedOutput out = new BoundedOutput();
  private final BoundedOutput err = new BoundedOutput();
  private final BoundedOutput both = new BoundedOutput();

  Recording(CommandSpec spec) {
    this.spec = spec;
    this.log = spec.log() == null ? null : new LogFile(spec.log());
  }

  ByteSink stdout() {
    return sink(false, out);
  }

  ByteSink stderr() {
    return sink(true, err);
  }

  CommandResult result(Ending ending) {
    boolean onlyOut = err.totalBytes() == 0;
    boolean onlyErr = out.totalBytes() == 0;
    String stdout = out.text();
    String stderr = err.text();
    String combined = onlyOut ? stdout : onlyErr ? stderr : both.text();
    String remark = remark(ending);
    return new CommandResult(
        ending.timedOut() ? EXIT_TIMED_OUT : ending.exitCode(),
        stdout,
        withLine(stderr, remark),
        withLine(combined, remark),
        out.totalBytes(),
        ending.timedOut(),
        ending.stopped(),
        ending.duration(),
        log != null && log.exists() ? log.path() : null);
  }

  @Override
  public void close() {
    if (log != null) {
      log.close();
    }
  }

  /// `Command timed out after 2 seconds`.
  static String timeoutMessage(Duration timeout) {
    var seconds = BigDecimal.valueOf(timeout.toMillis(), 3).stripTrailingZeros();
    return "Command timed out after " + seconds.toPlainString() + " seconds";
  }

  /// The text with a line added; unchanged if the line is empty.
  static String withLine(String text, String line) {
    if (line.isEmpty()) {
      return text;
    }
    return text.isEmpty() || text.endsWith("\n") ? text + line : text + "\n" + line;
  }

  private String remark(Ending ending) {
    String remark = log != null && log.failure() != null ? log.failure() : "";
    return ending.timedOut() && spec.timeout() != null
        ? withLine(remark, timeoutMessage(spec.timeout()))
        : remark;
  }

  private ByteSink sink(boolean stderr, BoundedOutput own) {
    var sinks = new ArrayList<ByteSink>(List.of(own, both));
    if (log != null) {
      sinks.add(MaskingSink.of(log::append, spec.masker()));
    }
    if (spec.isWatched()) {
      sinks.add(LineSplitter.live(spec, stderr));
    }
    return ByteSink.all(sinks);
  }
}
