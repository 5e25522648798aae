package dev.prodigy.cli;

import dev.prodigy.cli.command.Signals;
import java.util.concurrent.CountDownLatch;

/// A process that listens to signals and tells what came, for [SignalledProcessTest].
final class SignalledProcess {
  private SignalledProcess() {}

  public static void main(String[] args) throws InterruptedException {
    var stopped = new CountDownLatch(1);
    Signals signals = Signals.ofProcess(Runtime.getRuntime()::halt);
    boolean stops = args[0].equals("stops");
    try (var _ =
        signals.listen(
            stop -> {
              System.out.println("stop " + stop);
              if (stops) {
                stopped.countDown();
              }
            },
            () -> System.out.println("kill"))) {
      System.out.println("ready");
      stopped.await();
    }
    System.exit(signals.received().map(Signals.Stop::exitCode).orElse(0));
  }
}
