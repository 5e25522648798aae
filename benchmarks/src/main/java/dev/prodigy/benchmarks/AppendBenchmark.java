package dev.prodigy.benchmarks;

import dev.prodigy.model.Event;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.EventLine;
import dev.prodigy.storage.EventLog;
import dev.prodigy.storage.file.FileEventLog;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/// What appending an event costs, beside a bare write and beside a database.
///
/// `java -cp ... dev.prodigy.benchmarks.AppendBenchmark [scale]`: a scale of 2 doubles the number
/// of events. Every case runs three times on an empty directory; the median is shown.
public final class AppendBenchmark {
  private static final int ROUNDS = 3;
  private static final String ROW = "%-52s %9s %11s %9s %9s%n";

  /// Appends once; called by one thread at a time, `times` times.
  private interface Appender {
    void append() throws Exception;
  }

  /// Makes one appender per thread in a directory, and closes them.
  private interface Target extends AutoCloseable {
    Appender appender(int thread) throws Exception;
  }

  private interface Targets {
    Target in(Path directory) throws Exception;
  }

  private record Figures(double perSecond, double p50Micros, double p99Micros) {}

  private final Path directory;
  private final int scale;

  private AppendBenchmark(Path directory, int scale) {
    this.directory = directory;
    this.scale = scale;
  }

  public static void main(String[] args) throws Exception {
    int scale = args.length > 0 ? Integer.parseInt(args[0]) : 1;
    Path directory = Files.createTempDirectory("append-benchmark");
    try {
      new AppendBenchmark(directory, scale).run();
    } finally {
      ScanBenchmark.delete(directory);
    }
  }

  private void run() throws Exception {
    byte[] line = typicalLine();
    System.out.printf("lines of %d bytes, %d rounds, median%n", line.length, ROUNDS);
    System.out.printf(ROW, "case", "events", "events/s", "p50 us", "p99 us");
    measure("bare FileChannel.write, 1 thread", 1, 200_000, place -> new Bare(place, line));
    measure("event log, append, 1 writer", 1, 200_000, Logs::new);
    measure("event log, appendSoon, 1 writer", 1, 200_000, Batched::new);
    measure("event log, append, 8 writers, own segments", 8, 25_000, Logs::new);
    measure("event log, append, 8 threads, one writer", 8, 25_000, SharedLog::new);
    measure("event log, appendDurably, 1 thread", 1, 3_000, Durable::new);
    measure("event log, appendDurably, 16 threads, one writer", 16, 1_000, Durable::new);
    measure("SQLite, WAL, synchronous=FULL, 1 connection", 1, 3_000, p -> new Sqlite(p, line));
    measure("SQLite, WAL, synchronous=FULL, 8 connections", 8, 400, p -> new Sqlite(p, line));
    measure("SQLite, WAL, synchronous=FULL, 16 connections", 16, 200, p -> new Sqlite(p, line));
  }

  private void measure(String name, int threads, int each, Targets targets) throws Exception {
    int times = each * scale;
    List<Figures> rounds = new ArrayList<>();
    round(threads, Math.max(times / 4, 100), targets); // warm
    for (int i = 0; i < ROUNDS; i++) {
      rounds.add(round(threads, times, targets));
    }
    rounds.sort((a, b) -> Double.compare(a.perSecond, b.perSecond));
    Figures median = rounds.get(ROUNDS / 2);
    System.out.printf(
        ROW,
        name,
        threads * times,
        "%.0f".formatted(median.perSecond),
        "%.1f".formatted(median.p50Micros),
        "%.1f".formatted(median.p99Micros));
  }

  private Figures round(int threads, int times, Targets targets) throws Exception {
    Path place = Files.createTempDirectory(directory, "round");
    long[] nanos = new long[threads * times];
    long took;
    try (Target target = targets.in(place);
        ExecutorService running = Executors.newFixedThreadPool(threads)) {
      List<Callable<Void>> tasks = new ArrayList<>();
      for (int thread = 0; thread < threads; thread++) {
        tasks.add(task(target.appender(thread), nanos, thread * times, times));
      }
      long begun = System.nanoTime();
      for (Future<Void> done : running.invokeAll(tasks)) {
        done.get();
      }
      took = System.nanoTime() - begun;
    }
    ScanBenchmark.delete(place);
    Arrays.sort(nanos);
    return new Figures(
        nanos.length * 1e9 / took,
        nanos[nanos.length / 2] / 1e3,
        nanos[nanos.length * 99 / 100] / 1e3);
  }

  private static Callable<Void> task(Appender appender, long[] nanos, int first, int times) {
    return () -> {
      for (int i = first; i < first + times; i++) {
        long begun = System.nanoTime();
        appender.append();
        nanos[i] = System.nanoTime() - begun;
      }
      return null;
    };
  }

  private byte[] typicalLine() {
    try (EventLog log = open(directory)) {
      log.append(SampleEvents.JOB, SampleEvents.typical());
    }
    List<EventLine> lines =
        EventFiles.batch(new EventFiles(directory).segments(SampleEvents.JOB), EventFilter.ALL);
    return (lines.getFirst().text() + "\n").getBytes(StandardCharsets.UTF_8);
  }

  private static EventLog open(Path directory) {
    return FileEventLog.open(
        directory, SampleEvents.WHO, InstantSource.system(), AppendBenchmark::fail);
  }

  private static void fail(String warning) {
    throw new IllegalStateException(warning);
  }

  /// The least that can be done: the same bytes, again and again.
  @SuppressWarnings("ArrayRecordComponent") // the same bytes, never changed
  private record Bare(FileChannel channel, byte[] line) implements Target {
    Bare(Path directory, byte[] line) throws Exception {
      this(
          FileChannel.open(
              directory.resolve("bare"), StandardOpenOption.CREATE_NEW, StandardOpenOption.APPEND),
          line);
    }

    @Override
    public Appender appender(int thread) {
      return () -> channel.write(ByteBuffer.wrap(line));
    }

    @Override
    public void close() throws Exception {
      channel.close();
    }
  }

  /// A log per thread, as processes of one job have.
  private static final class Logs implements Target {
    private final Path directory;
    private final List<EventLog> logs = new ArrayList<>();

    Logs(Path directory) {
      this.directory = directory;
    }

    @Override
    public Appender appender(int thread) {
      EventLog log = open(directory);
      logs.add(log);
      Event event = SampleEvents.typical();
      return () -> log.append(SampleEvents.JOB, event);
    }

    @Override
    public void close() {
      logs.forEach(EventLog::close);
    }
  }

  private record SharedLog(EventLog log) implements Target {
    SharedLog(Path directory) {
      this(open(directory));
    }

    @Override
    public Appender appender(int thread) {
      Event event = SampleEvents.typical();
      return () -> log.append(SampleEvents.JOB, event);
    }

    @Override
    public void close() {
      log.close();
    }
  }

  private record Batched(EventLog log) implements Target {
    Batched(Path directory) {
      this(open(directory));
    }

    @Override
    public Appender appender(int thread) {
      Event event = SampleEvents.typical();
      return () -> log.appendSoon(SampleEvents.JOB, event);
    }

    @Override
    public void close() {
      log.close();
    }
  }

  private record Durable(EventLog log) implements Target {
    Durable(Path directory) {
      this(open(directory));
    }

    @Override
    public Appender appender(int thread) {
      Event event = SampleEvents.typical();
      List<Event> events = List.of(event);
      return () -> log.appendDurably(SampleEvents.JOB, events);
    }

    @Override
    public void close() {
      log.close();
    }
  }

  /// What people use otherwise: a row per event, each its own transaction.
  private static final class Sqlite implements Target {
    private final String url;
    private final byte[] line;
    private final List<Connection> connections = new ArrayList<>();

    Sqlite(Path directory, byte[] line) throws SQLException {
      this.url = "jdbc:sqlite:" + directory.resolve("events.db");
      this.line = line;
      try (Statement statement = connect().createStatement()) {
        statement.execute("create table event (id integer primary key, line text not null)");
      }
    }

    private Connection connect() throws SQLException {
      Connection connection = DriverManager.getConnection(url);
      connections.add(connection);
      try (Statement statement = connection.createStatement()) {
        statement.execute("pragma journal_mode=WAL");
        statement.execute("pragma synchronous=FULL");
        statement.execute("pragma busy_timeout=60000");
      }
      return connection;
    }

    @Override
    public Appender appender(int thread) throws SQLException {
      PreparedStatement insert = connect().prepareStatement("insert into event (line) values (?)");
      String text = new String(line, StandardCharsets.UTF_8);
      return () -> {
        insert.setString(1, text);
        insert.executeUpdate();
      };
    }

    @Override
    public void close() throws SQLException {
      for (Connection connection : connections) {
        connection.close();
      }
    }
  }
}
