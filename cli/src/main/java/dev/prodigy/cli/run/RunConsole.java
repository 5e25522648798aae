package dev.prodigy.cli.run;

import dev.prodigy.agent.OutputLine;
import dev.prodigy.cli.command.Verbosity;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.engine.RunReporter;
import dev.prodigy.mapreduce.ProgressListener;
import dev.prodigy.model.AgentId;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.Phase;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// What a run says while it runs. On a terminal a status line stays below the scrolling output,
/// redrawn at most every 100 ms; elsewhere each ended agent is a line, and a line every 30 seconds
/// shows that work goes on.
///
/// Thread-safe: agents report concurrently.
final class RunConsole implements RunReporter, ProgressListener, AutoCloseable {
  private static final long REDRAW_NANOS = Duration.ofMillis(100).toNanos();
  private static final Duration HEARTBEAT = Duration.ofSeconds(30);

  private final Console console;
  private final boolean live;
  private final boolean showAgents;
  private final @Nullable Thread heartbeat;
  private Standing standing = new Standing(0, 0, 0, 0, 0);
  private long mapStartNanos = System.nanoTime();
  private long lastDrawNanos;
  private boolean drawn;
  private boolean mapping;

  RunConsole(Console console, Verbosity verbosity, Map<String, String> env) {
    this.console = console;
    live =
        console.terminals().errors()
            && !console.quiet()
            && !console.logging().json()
            && !"dumb".equals(env.get("TERM"));
    String wish = env.getOrDefault("PRODIGY_CLAUDE_CONSOLE_OUTPUT", "");
    showAgents =
        switch (wish) {
          case "true", "raw" -> true;
          case "false" -> false;
          default -> verbosity.level() >= 1;
        };
    heartbeat = live ? null : Thread.ofVirtual().name("heartbeat").start(this::beat);
  }

  @Override
  public synchronized void info(String line) {
    if (!console.quiet()) {
      erase();
      console.print(line);
      console.flush();
    }
  }

  @Override
  public synchronized void detail(String line) {
    if (console.detailed()) {
      erase();
      console.detail(line);
    }
  }

  @Override
  public synchronized void warning(String line) {
    erase();
    console.warn(line);
  }

  @Override
  public boolean confirm(String question) {
    pause();
    return console.prompts().confirm(question);
  }

  @Override
  public boolean wantsOutput() {
    return !console.quiet();
  }

  @Override
  public boolean wantsAgentOutput() {
    return !console.quiet() && showAgents;
  }

  @Override
  public synchronized void output(OutputLine line, boolean agent) {
    if (console.quiet() || (agent && !showAgents)) {
      return;
    }
    erase();
    if (line.stderr()) {
      console.aside(line.text());
    } else {
      console.print(line.text());
    }
  }

  @Override
  public synchronized void phaseStarted(Phase phase, int total) {
    mapping = phase == Phase.MAP;
    if (mapping) {
      mapStartNanos = System.nanoTime();
      standing = new Standing(total, 0, 0, 0, 0);
    }
  }

  @Override
  public synchronized void phaseEnded(Phase phase) {
    mapping = false;
    erase();
  }

  @Override
  public synchronized void agentEnded(
      AgentId agent, ItemId item, String status, Duration duration) {
    if (!live && !console.quiet()) {
      console.print("Agent %s %s in %s".formatted(item, status, Human.duration(duration)));
    }
  }

  @Override
  public synchronized void standing(Standing now) {
    standing = now;
    if (live && mapping && System.nanoTime() - lastDrawNanos >= REDRAW_NANOS) {
      draw();
    }
  }

  /// Takes the status line away until something is drawn again: someone else writes now.
  synchronized void pause() {
    erase();
    console.flush();
  }

  private void draw() {
    lastDrawNanos = System.nanoTime();
    erase();
    console.ask(statusLine());
    drawn = true;
  }

  private void erase() {
    if (drawn) {
      console.ask("\r\u001b[K");
      drawn = false;
    }
  }

  private String statusLine() {
    int done = standing.finished();
    int total = Math.max(1, standing.total());
    int filled = 20 * done / total;
    double seconds = Math.max(0.001, (System.nanoTime() - mapStartNanos) / 1e9);
    double rate = done / seconds;
    String eta =
        done == 0
            ? "?"
            : Human.duration(Duration.ofSeconds((long) ((standing.total() - done) / rate)));
    String line =
        "[%s%s] %d/%d (%d%%) | Map | Success %d%% | %.1f/s | Active %d | ETA %s"
            .formatted(
                "#".repeat(filled),
                "-".repeat(20 - filled),
                done,
                standing.total(),
                100 * done / total,
                done == 0 ? 100 : 100 * standing.successful() / done,
                rate,
                standing.active(),
                eta);
    return line.length() < console.width() ? line : line.substring(0, console.width() - 1);
  }

  private void beat() {
    try {
      while (true) {
        Thread.sleep(HEARTBEAT);
        synchronized (this) {
          if (mapping && !console.quiet()) {
            console.print(statusLine());
            console.flush();
          }
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt(); // the run is over
    }
  }

  @Override
  public void close() {
    if (heartbeat != null) {
      heartbeat.interrupt();
    }
    pause();
  }
}
