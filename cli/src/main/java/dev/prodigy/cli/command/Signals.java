package dev.prodigy.cli.command;

import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/// Being asked to stop, and the end itself. A command that has something to save listens with
/// [#listen]: the first signal lets it stop in its own time, the second kills its children and ends
/// us at once. Commands that do not listen are ended by the JVM, with the same exit codes.
public final class Signals {

  /// The signals that ask us to stop; the exit code is 128 and the signal's number.
  public enum Stop {
    HUP(129),
    INT(130),
    TERM(143);

    private final int exitCode;

    Stop(int exitCode) {
      this.exitCode = exitCode;
    }

    public int exitCode() {
      return exitCode;
    }
  }

  /// While open, signals come to its owner.
  public interface Listening extends AutoCloseable {
    @Override
    void close();
  }

  private final IntConsumer halt;
  private final boolean real;

  /// What is left to do before the end; guarded by itself.
  private final Deque<Runnable> last = new ArrayDeque<>(0);

  private boolean hooked;
  private @Nullable Stop first;
  private @Nullable Consumer<Stop> stop;
  private @Nullable Runnable kill;

  private Signals(IntConsumer halt, boolean real) {
    this.halt = halt;
    this.real = real;
  }

  /// Signals of this process.
  ///
  /// @param halt ends the process at once with the given code
  public static Signals ofProcess(IntConsumer halt) {
    return new Signals(halt, true);
  }

  /// Signals that only [#raise] brings, for calls within a larger program.
  public static Signals onlyRaised(IntConsumer halt) {
    return new Signals(halt, false);
  }

  /// Starts listening.
  ///
  /// @param stop called once, on a thread of its own; must not block for long
  /// @param kill called at the second signal, just before the process ends
  public Listening listen(Consumer<Stop> stop, Runnable kill) {
    synchronized (this) {
      this.stop = stop;
      this.kill = kill;
    }
    var former = new EnumMap<Stop, Object>(Stop.class);
    if (real) {
      for (Stop signal : Stop.values()) {
        former.put(signal, Os.handle(signal.name(), () -> raise(signal)));
      }
    }
    return () -> forget(former);
  }

  /// Something that must have happened when the process is gone, whether the command comes to its
  /// end, fails, or is ended by a signal, heard or not. Only a process that is killed leaves it
  /// out.
  ///
  /// @param task may run on any thread, while others still work; does not fail
  public void beforeEnd(Runnable task) {
    synchronized (last) {
      last.add(task);
      if (!real || hooked) {
        return;
      }
      hooked = true;
      try {
        Runtime.getRuntime().addShutdownHook(new Thread(this::ending, "ending"));
      } catch (IllegalStateException _) { // already on our way out: there will be no other time
        ending();
      }
    }
  }

  /// Does what was to happen before the end. Whoever comes second waits for the first, and has
  /// nothing left to do.
  public void ending() {
    synchronized (last) {
      for (Runnable task = last.pollLast(); task != null; task = last.pollLast()) {
        task.run();
      }
    }
  }

  private void forget(Map<Stop, Object> former) {
    former.forEach((signal, handler) -> Os.restore(signal.name(), handler));
    synchronized (this) {
      stop = null;
      kill = null;
    }
  }

  /// The first signal that came while someone listened; it decides the exit code.
  public synchronized Optional<Stop> received() {
    return Optional.ofNullable(first);
  }

  /// As if the process had got this signal.
  public void raise(Stop signal) {
    Consumer<Stop> stopNow = null;
    Runnable killNow = null;
    synchronized (this) {
      if (first == null) {
        first = signal;
        stopNow = stop;
      } else {
        killNow = kill;
      }
    }
    if (stopNow != null) {
      stopNow.accept(signal);
    } else if (killNow != null) {
      try {
        killNow.run();
        ending();
      } finally {
        halt.accept(signal.exitCode());
      }
    }
  }

  /// The JDK's signal interface, `sun.misc.Signal`. It has no supported counterpart, and naming it
  /// in code gives a compiler warning that cannot be switched off; hence by reflection.
  private static final class Os {
    private Os() {}

    /// @return the former handler
    static Object handle(String signal, Runnable handler) {
      try {
        Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
        Object proxy =
            Proxy.newProxyInstance(
                handlerType.getClassLoader(),
                new Class<?>[] {handlerType},
                (_, method, _) -> {
                  if (method.getName().equals("handle")) {
                    handler.run();
                  }
                  return null;
                });
        return install(signal, proxy);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("this Java has no sun.misc.Signal", e);
      }
    }

    static void restore(String signal, Object former) {
      try {
        install(signal, former);
      } catch (ReflectiveOperationException e) {
        throw new IllegalStateException("cannot restore the handler of SIG" + signal, e);
      }
    }

    private static Object install(String name, Object handler) throws ReflectiveOperationException {
      Class<?> type = Class.forName("sun.misc.Signal");
      Object signal = type.getConstructor(String.class).newInstance(name);
      Class<?> handlerType = Class.forName("sun.misc.SignalHandler");
      return type.getMethod("handle", type, handlerType).invoke(null, signal, handler);
    }
  }
}
