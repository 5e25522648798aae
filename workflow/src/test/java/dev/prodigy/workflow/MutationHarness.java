package dev.prodigy.workflow;

import com.sun.management.ThreadMXBean;
import dev.prodigy.workflow.migrate.Migration;
import dev.prodigy.workflow.schema.Explanation;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Reads spoilt workflows, thousands of them. Each must load or be refused with a place in the
/// file, in little time; nothing else may come out of it, above all no exception.
///
/// `java -cp ... dev.prodigy.workflow.MutationHarness [count] [seed] [directory of workflows]`
public final class MutationHarness {
  private static final Duration LONGEST = Duration.ofSeconds(1);
  private static final int HUGE = 10_000_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private final List<String> corpus;
  private final long seed;
  private final List<String> faults = new ArrayList<>();
  private int loaded;
  private int refused;
  private long slowestNanos;
  private long slowestSeed;
  private long mostBytes;
  private long mostBytesSeed;

  MutationHarness(List<String> corpus, long seed) {
    this.corpus = List.copyOf(corpus);
    this.seed = seed;
  }

  static List<String> corpus(Path directory) throws IOException {
    var texts = new ArrayList<String>();
    try (var files = Files.list(directory)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".yml")).sorted().toList()) {
        texts.add(Files.readString(file));
      }
    }
    return texts;
  }

  /// Each text has a seed of its own, the first one's plus its number.
  MutationHarness run(int count) {
    for (int i = 0; i < count; i++) {
      one(seed + i);
    }
    return this;
  }

  List<String> faults() {
    return faults;
  }

  private void one(long own) {
    String text = corpus.get(Math.floorMod(own, corpus.size()));
    String spoilt = new Mutator(own, HUGE).mutate(text);
    long cpu = THREADS.getCurrentThreadCpuTime();
    long bytes = THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId());
    try {
      judge(own, WorkflowLoader.checkNames(spoilt, "spoilt.yml", Set.of("HOME")));
    } catch (RuntimeException | StackOverflowError e) {
      faults.add("seed %d: %s at %s".formatted(own, e, e.getStackTrace()[0]));
      return;
    }
    long took = THREADS.getCurrentThreadCpuTime() - cpu;
    long allocated = THREADS.getThreadAllocatedBytes(Thread.currentThread().threadId()) - bytes;
    if (took > slowestNanos) {
      slowestNanos = took;
      slowestSeed = own;
    }
    if (allocated > mostBytes) {
      mostBytes = allocated;
      mostBytesSeed = own;
    }
    if (took > LONGEST.toNanos()) {
      faults.add("seed %d: took %d ms".formatted(own, took / 1_000_000));
    }
    tools(own, spoilt);
  }

  private void judge(long own, CheckedWorkflow checked) {
    if (checked.loaded() != null) {
      loaded++;
      return;
    }
    refused++;
    boolean placed =
        checked.problems().stream()
            .filter(Problem::isError)
            .anyMatch(
                p -> p.position().line() >= 1 && !p.cause().isBlank() && !p.where().isEmpty());
    if (!placed) {
      faults.add("seed %d: refused without a place".formatted(own));
    }
  }

  /// What works on the same texts must not fall over them either.
  private void tools(long own, String spoilt) {
    if (spoilt.length() > 1_000_000) {
      return;
    }
    try {
      var _ = Migration.of(spoilt, "spoilt.yml");
      if (WorkflowLoader.check(spoilt, "spoilt.yml").loaded() != null) {
        var _ = Explanation.of(spoilt, "spoilt.yml");
      }
    } catch (RuntimeException | StackOverflowError e) {
      faults.add("seed %d: tools: %s at %s".formatted(own, e, e.getStackTrace()[0]));
    }
  }

  String summary() {
    return "%d loaded, %d refused; slowest %d ms (seed %d); most memory passed through %d MB (seed %d)"
        .formatted(
            loaded, refused, slowestNanos / 1_000_000, slowestSeed, mostBytes >> 20, mostBytesSeed);
  }

  public static void main(String[] args) throws IOException {
    int count = args.length > 0 ? Integer.parseInt(args[0]) : 100_000;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
    Path directory = Path.of(args.length > 2 ? args[2] : "examples");
    System.out.printf("%d mutations from seed %d%n", count, seed);
    var harness = new MutationHarness(corpus(directory), seed).run(count);
    System.out.println(harness.summary());
    harness.faults().forEach(System.out::println);
    System.exit(harness.faults().isEmpty() ? 0 : 1);
  }
}
