package dev.prodigy.agent;

import java.io.File;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.jspecify.annotations.Nullable;

/// The processes of one moment, without those that are dead but not reaped. Read from Linux
/// `/proc`; elsewhere from the JDK, which knows neither groups nor environments.
final class ProcessTable {
  private static final File PROC = new File("/proc");
  private static final boolean LINUX = new File(PROC, "self/stat").exists();

  private static final int FEW = 64;

  /// @param group, session -1 where unknown
  /// @param started in units of the system; tells a process from a later one with its number
  record Entry(long pid, long parent, long group, long session, long started) {

    /// False once it is dead, reaped or not.
    boolean isAlive() {
      Entry now = read(pid);
      return now != null && now.started == started;
    }

    void signal(boolean kill) {
      Optional<ProcessHandle> handle = ProcessHandle.of(pid); // remembers the start time, too
      if (handle.isPresent() && isAlive()) {
        Object _ = kill ? handle.get().destroyForcibly() : handle.get().destroy();
      }
    }
  }

  private final Map<Long, Entry> entries = new HashMap<>();
  private final Map<Long, String> environments = new HashMap<>();

  private ProcessTable() {}

  static ProcessTable snapshot() {
    return LINUX ? scan(_ -> true) : ofTheJdk();
  }

  /// The processes made after this one. Cheap where there are none: the kernel tells the number it
  /// gave last, threads included.
  static ProcessTable madeAfter(long pid) {
    if (!LINUX) {
      return new ProcessTable();
    }
    String load = content("loadavg");
    long last = Long.parseLong(load.substring(load.lastIndexOf(' ') + 1).strip());
    if (last == pid) {
      return new ProcessTable();
    }
    if (last > pid && last - pid <= FEW) {
      return probe(pid + 1, last);
    }
    return last > pid ? scan(candidate -> candidate > pid) : scan(_ -> true);
  }

  Collection<Entry> entries() {
    return entries.values();
  }

  @Nullable Entry entry(long pid) {
    return entries.get(pid);
  }

  /// True if a process was started with this variable. False if we may not know.
  boolean hasVariable(Entry entry, String variable, String value) {
    if (!LINUX) {
      return false;
    }
    String environment =
        environments.computeIfAbsent(entry.pid, pid -> "\0" + content(pid + "/environ"));
    return environment.contains("\0" + variable + "=" + value + "\0");
  }

  /// Asks for each number: cheaper than a list of all. May find threads under numbers of their own,
  /// which are in the session of their process.
  private static ProcessTable probe(long first, long last) {
    var table = new ProcessTable();
    for (long pid = first; pid <= last; pid++) {
      if (new File(PROC, Long.toString(pid)).exists()) {
        table.add(read(pid));
      }
    }
    return table;
  }

  private static ProcessTable scan(LongPredicate wanted) {
    var table = new ProcessTable();
    String[] names = PROC.list();
    for (String name : names == null ? new String[0] : names) {
      if (Character.isDigit(name.charAt(0)) && wanted.test(Long.parseLong(name))) {
        table.add(read(Long.parseLong(name)));
      }
    }
    return table;
  }

  private static ProcessTable ofTheJdk() {
    var table = new ProcessTable();
    ProcessHandle.allProcesses().forEach(handle -> table.add(describe(handle)));
    return table;
  }

  private void add(@Nullable Entry entry) {
    if (entry != null) {
      entries.put(entry.pid, entry);
    }
  }

  private static @Nullable Entry read(long pid) {
    if (!LINUX) {
      return ProcessHandle.of(pid).map(ProcessTable::describe).orElse(null);
    }
    String stat = stat(pid);
    int name = stat.lastIndexOf(')'); // the name may contain anything; see proc(5)
    if (name < 0) {
      return null;
    }
    String[] fields = stat.substring(name + 2).split(" ", 21);
    if (fields[0].equals("Z") || fields[0].equals("X")) {
      return null;
    }
    return new Entry(
        pid,
        Long.parseLong(fields[1]),
        Long.parseLong(fields[2]),
        Long.parseLong(fields[3]),
        Long.parseLong(fields[19]));
  }

  private static Entry describe(ProcessHandle handle) {
    long parent = handle.parent().map(ProcessHandle::pid).orElse(-1L);
    long started = handle.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    return new Entry(handle.pid(), parent, -1, -1, started);
  }

  /// Empty for what has gone meanwhile, and for what we may not see.
  private static String content(String file) {
    try (var in = new FileInputStream(new File(PROC, file))) {
      return new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      return "";
    }
  }

  /// The `stat` of a process, which comes whole in one read. This runs after every command.
  private static String stat(long pid) {
    byte[] buffer = new byte[1024];
    try (var in = new FileInputStream("/proc/" + pid + "/stat")) {
      int length = in.read(buffer);
      return new String(buffer, 0, Math.max(0, length), StandardCharsets.ISO_8859_1);
    } catch (IOException _) {
      return "";
    }
  }
}
