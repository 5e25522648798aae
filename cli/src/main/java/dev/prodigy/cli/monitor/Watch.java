package dev.prodigy.cli.monitor;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.terminal.Console;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/// Shows something again and again: on a terminal in place, elsewhere one look after the other.
final class Watch {
  static final Option<Boolean> WATCH = Option.flag("watch", "Look again and again, until Ctrl-C");
  static final Option<Optional<Duration>> INTERVAL =
      Option.value("interval", "D", Values.DURATION, "Between two looks with --watch; default: 2s");

  private static final Duration USUAL = Duration.ofSeconds(2);
  private static final Duration SHORTEST = Duration.ofMillis(100);
  private static final String HOME_AND_CLEAR = "\u001b[H\u001b[2J";

  private Watch() {}

  /// @param look shows it once; false if it will not change any more
  static void run(Invocation call, BooleanSupplier look) {
    if (!call.get(WATCH)) {
      boolean _ = look.getAsBoolean();
      return;
    }
    Console console = call.console();
    Duration interval = call.get(INTERVAL).orElse(USUAL);
    long millis = Math.max(SHORTEST.toMillis(), interval.toMillis());
    boolean inPlace = console.terminals().output() && call.format().isEmpty();
    do {
      if (inPlace) {
        console.out().print(HOME_AND_CLEAR);
      }
      boolean goesOn = look.getAsBoolean();
      console.flush();
      if (!goesOn) {
        return;
      }
    } while (paused(millis));
  }

  /// False if someone wants us to end.
  private static boolean paused(long millis) {
    try {
      Thread.sleep(millis);
      return true;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
