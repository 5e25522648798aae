package dev.prodigy.agent;

import dev.prodigy.agent.ProcessTable.Entry;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/// Finds what a dead run left running, by a variable it gave to all its processes.
final class Orphans {
  private static final int MOST_ROUNDS = 100;
  private static final Duration PAUSE = Duration.ofMillis(5);

  private Orphans() {}

  /// Kills all of them with their descendants, never ourselves or our ancestors.
  ///
  /// @return how many were killed
  static int kill(String variable, String value) {
    var killed = new HashSet<Entry>();
    for (int round = 0; round < MOST_ROUNDS; round++) {
      Set<Entry> found = find(variable, value);
      if (found.isEmpty()) {
        break;
      }
      found.forEach(entry -> entry.signal(true));
      killed.addAll(found);
      LockSupport.parkNanos(PAUSE.toNanos());
    }
    return killed.size();
  }

  private static Set<Entry> find(String variable, String value) {
    ProcessTable table = ProcessTable.snapshot();
    Set<Long> ours = selfAndAncestors(table);
    Map<Long, Entry> found = new HashMap<>();
    for (Entry entry : table.entries()) {
      if (!ours.contains(entry.pid()) && table.hasVariable(entry, variable, value)) {
        found.put(entry.pid(), entry);
      }
    }
    int before;
    do {
      before = found.size();
      for (Entry entry : table.entries()) {
        if (found.containsKey(entry.parent())) {
          found.putIfAbsent(entry.pid(), entry);
        }
      }
    } while (found.size() > before);
    return Set.copyOf(found.values());
  }

  private static Set<Long> selfAndAncestors(ProcessTable table) {
    var pids = new HashSet<Long>();
    Entry entry = table.entry(ProcessHandle.current().pid());
    while (entry != null && pids.add(entry.pid())) {
      entry = table.entry(entry.parent());
    }
    return pids;
  }
}
