package dev.prodigy.agent;

import dev.prodigy.agent.CommandSpec.StopStyle;
import dev.prodigy.agent.ProcessTable.Entry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/// A command and everything it started.
///
/// Killing a process group is not enough: agents put their tools into sessions of their own,
/// daemons leave their parents. So three marks tell who belongs to a command: being a descendant,
/// being in its session (`setsid` gave it one), and having inherited its [#MARKER] variable. They
/// are looked at before the first signal, since a descendant whose parent has died is none any
/// more, and again until nobody is left.
///
/// Waits by short pauses: this is the way out, not the normal end of a command.
final class ProcessTree {
  /// In the environment of everything a command starts, with a value of its own per command.
  static final String MARKER = "PRODIGY_COMMAND_ID";

  private static final Duration AFTER_INTERRUPT = Duration.ofSeconds(2);
  private static final Duration DYING = Duration.ofSeconds(2);
  private static final Duration PAUSE = Duration.ofMillis(5);

  /// Within this time process numbers are taken not to start over more than once.
  private static final Duration NUMBERS_ASCEND = Duration.ofSeconds(5);

  private final long started = System.nanoTime();
  private final Process root;
  private final String marker;
  private final boolean ownSession;
  private final StopStyle style;

  /// Everybody seen so far; used by one thread at a time, under this object's lock.
  private final Map<Long, Entry> seen = new HashMap<>();

  ProcessTree(Process root, String marker, boolean ownSession, StopStyle style) {
    this.root = root;
    this.marker = marker;
    this.ownSession = ownSession;
    this.style = style;
  }

  /// Asks all to end, waits as long as the grace allows, kills the rest. On return they are gone,
  /// but for what even the kernel cannot kill within two seconds.
  static void stop(Collection<ProcessTree> trees, Duration grace) {
    look(trees);
    ask(trees);
    await(trees, grace);
    kill(trees);
  }

  /// Kills all and waits until they are gone.
  static void kill(Collection<ProcessTree> trees) {
    long end = System.nanoTime() + DYING.toNanos();
    while (killOnce(trees) && System.nanoTime() < end) {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /// Kills whoever is found, without waiting.
  ///
  /// @return false if nobody was left
  static boolean killOnce(Collection<ProcessTree> trees) {
    look(trees);
    var alive = trees.stream().filter(ProcessTree::someoneIsAlive).toList();
    signalGroups("KILL", alive);
    alive.forEach(ProcessTree::killMembers);
    return !alive.isEmpty();
  }

  /// After the command has ended by itself: stops what it left behind in its session. A daemon that
  /// made a session of its own may stay, except after Claude, whose tools do that.
  void stopLeftovers(Duration grace) {
    if (ownSession) {
      boolean brief = System.nanoTime() - started < NUMBERS_ASCEND.toNanos();
      ProcessTable table = brief ? ProcessTable.madeAfter(root.pid()) : ProcessTable.snapshot();
      look(table, style == StopStyle.INTERRUPT);
      if (someoneIsAlive()) {
        stop(List.of(this), grace);
      }
    }
  }

  private static void look(Collection<ProcessTree> trees) {
    ProcessTable table = ProcessTable.snapshot();
    trees.forEach(tree -> tree.look(table, true));
  }

  private synchronized void look(ProcessTable table, boolean marked) {
    seen.values().removeIf(entry -> !entry.equals(table.entry(entry.pid())) && !entry.isAlive());
    int before;
    do {
      before = seen.size();
      for (Entry entry : table.entries()) {
        if (!seen.containsKey(entry.pid()) && belongs(entry, table, marked)) {
          seen.put(entry.pid(), entry);
        }
      }
    } while (seen.size() > before);
  }

  private boolean belongs(Entry entry, ProcessTable table, boolean marked) {
    if (root.isAlive() && (entry.pid() == root.pid() || entry.parent() == root.pid())) {
      return true;
    }
    return seen.containsKey(entry.parent())
        || seen.containsKey(entry.session())
        || (entry.session() == root.pid() && sessionIsOurs(table))
        || (marked && table.hasVariable(entry, MARKER, marker));
  }

  /// A number is not given again while a session uses it; if someone else has it, the session has
  /// ended.
  private boolean sessionIsOurs(ProcessTable table) {
    return ownSession && (root.isAlive() || table.entry(root.pid()) == null);
  }

  private static void ask(Collection<ProcessTree> trees) {
    for (StopStyle style : StopStyle.values()) {
      var some = trees.stream().filter(tree -> tree.style == style).toList();
      signalGroups(style == StopStyle.INTERRUPT ? "INT" : "TERM", some);
      if (style == StopStyle.TERMINATE) {
        some.forEach(ProcessTree::terminateMembersElsewhere);
      }
    }
  }

  private static void await(Collection<ProcessTree> trees, Duration grace) {
    long start = System.nanoTime();
    while (!trees.stream().allMatch(tree -> tree.settled(System.nanoTime() - start, grace))) {
      LockSupport.parkNanos(PAUSE.toNanos());
    }
  }

  /// True if there is nothing to wait for: all are gone, or their time is up. Tools of an
  /// interrupted Claude that outlive it have been abandoned by it.
  private boolean settled(long waitedNanos, Duration grace) {
    boolean gone = style == StopStyle.INTERRUPT ? !root.isAlive() : !someoneIsAlive();
    boolean limited = style == StopStyle.INTERRUPT && grace.compareTo(AFTER_INTERRUPT) > 0;
    return gone || waitedNanos >= (limited ? AFTER_INTERRUPT : grace).toNanos();
  }

  private synchronized boolean someoneIsAlive() {
    return root.isAlive() || seen.values().stream().anyMatch(Entry::isAlive);
  }

  private synchronized void killMembers() {
    if (root.isAlive()) {
      root.destroyForcibly();
    }
    seen.values().forEach(entry -> entry.signal(true));
  }

  private synchronized void terminateMembersElsewhere() {
    seen.values().stream()
        .filter(entry -> !ownSession || entry.group() != root.pid())
        .forEach(entry -> entry.signal(false));
  }

  private synchronized boolean hasGroup() {
    return ownSession
        && (root.isAlive()
            || seen.values().stream().anyMatch(e -> e.group() == root.pid() && e.isAlive()));
  }

  /// Signals whole groups, which catches even processes made at this moment. The JDK cannot do it,
  /// a shell can. Failure is no matter: a group may have gone, and members are signalled singly,
  /// too.
  private static void signalGroups(String signal, Collection<ProcessTree> trees) {
    var command = new ArrayList<>(List.of("/bin/sh", "-c", "kill -s \"$0\" -- \"$@\"", signal));
    trees.stream().filter(ProcessTree::hasGroup).forEach(t -> command.add("-" + t.root.pid()));
    if (command.size() == 4) {
      return;
    }
    try {
      Process kill =
          new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      Object _ = kill.onExit().completeOnTimeout(kill, 5, TimeUnit.SECONDS).join();
    } catch (IOException _) {
      trees.stream().filter(tree -> tree.root.isAlive()).forEach(tree -> tree.root.destroy());
    }
  }
}
