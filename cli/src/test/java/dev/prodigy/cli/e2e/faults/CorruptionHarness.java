package dev.prodigy.cli.e2e.faults;

import dev.prodigy.mapreduce.ItemState;
import dev.prodigy.mapreduce.JobPicture;
import dev.prodigy.model.JobId;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.RepoName;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.file.FileStore;
import dev.prodigy.storage.verify.StoreVerification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/// Spoils one file of a store at a time, by flipped, missing, doubled or zeroed bytes, and checks
/// what must hold: nothing throws anything but an error of ours, a finished item never counts as
/// unfinished, and after `storage verify --repair` a second verification finds nothing but what
/// only a person can decide. Counts what was found, by kind of file.
///
/// As a program: `CorruptionHarness <mutations> [<seed>]`.
final class CorruptionHarness {
  private static final RepoName DEMO = new RepoName("demo");

  private final Path work;
  private final Path template;
  private final Path home;
  private final List<Path> files;
  private final Map<JobId, List<String>> finished =
      new TreeMap<>((a, b) -> a.value().compareTo(b.value()));
  private final Map<String, Tally> tallies = new TreeMap<>();

  /// Where nothing was found.
  private final List<String> unnoticed = new ArrayList<>();

  /// What became of the mutations of one kind of file.
  private static final class Tally {
    int mutations;
    int found;
    int mended;
    int harmless;
  }

  /// @param directory an empty directory, which is the harness's own
  CorruptionHarness(Path directory) throws IOException {
    work = Files.createDirectories(directory.resolve("work"));
    template = directory.resolve("template");
    var bench = new Bench(work);
    Scenarios.named("archive").prepare(bench);
    bench.succeed("events", "clean", "--max-events", "9", "--archive", "--yes");
    Scenarios.named("resume").prepare(bench);
    home = bench.prodigy().home();
    bench.mend();
    copy(home, template);
    try (var all = Files.walk(home)) {
      files = all.filter(Files::isRegularFile).filter(this::isKept).sorted().toList();
    }
    RepositoryStore repository = store().repository(DEMO);
    for (JobId job : repository.jobs()) {
      finished.put(job, finishedItems(repository, job));
    }
  }

  private Store store() {
    return FileStore.open(home);
  }

  private boolean isKept(Path file) {
    String name = file.getFileName().toString();
    return !name.startsWith(".") && (name.endsWith(".json") || name.contains(".jsonl"));
  }

  /// What must not run again. Of an item that failed this does not hold: if the end of the journal
  /// is cut off, nothing says that it was tried.
  private static List<String> finishedItems(RepositoryStore repository, JobId job) {
    return JobPicture.of(repository.job(job)).orElseThrow().items().stream()
        .filter(state -> state.status() == ItemState.Status.DONE)
        .map(item -> item.item().id().value())
        .toList();
  }

  /// Spoils one file and checks.
  ///
  /// @throws AssertionError naming the file and what was done to it
  void survive(Random random) throws IOException {
    Path file = files.get(random.nextInt(files.size()));
    byte[] before = Files.readAllBytes(file);
    byte[] after = spoil(before, random);
    if (Arrays.equals(before, after)) {
      return;
    }
    var time = Files.getLastModifiedTime(file);
    Files.write(file, after);
    Files.setLastModifiedTime(file, time); // what is quiet long enough is nobody's any more
    Tally tally = tallies.computeIfAbsent(kind(file), _ -> new Tally());
    tally.mutations++;
    try {
      nothingIsRedone();
      long problems = verify(false).problems();
      tally.found += problems > 0 ? 1 : 0;
      if (problems == 0) {
        tally.harmless++;
        unnoticed.add(
            "%s: %d bytes, then %d, different from byte %d on"
                .formatted(
                    home.relativize(file),
                    before.length,
                    after.length,
                    Arrays.mismatch(before, after)));
      }
      StoreVerification.Summary repair = verify(true);
      StoreVerification.Summary second = verify(false);
      tally.mended += problems > 0 && second.problems() == 0 ? 1 : 0;
      long left = repair.problems() - repair.repaired();
      if (second.problems() > left) {
        throw new AssertionError("a second verification finds " + second);
      }
      nothingIsRedone();
    } catch (RuntimeException | AssertionError e) {
      Path kept = Files.createTempFile("spoilt-", "-" + file.getFileName());
      Files.write(kept, after);
      throw new AssertionError(file + " spoilt as in " + kept, e);
    } finally {
      FaultHarness.shell("rm", "-rf", home.toString());
      copy(template, home);
    }
  }

  private StoreVerification.Summary verify(boolean repair) {
    return new StoreVerification(store(), InstantSource.system())
        .run(Optional.empty(), repair, _ -> {});
  }

  /// A job either says that it is damaged, or knows all its finished items.
  private void nothingIsRedone() {
    finished.forEach(
        (job, items) -> {
          try {
            RepositoryStore repository = store().repository(DEMO);
            if (repository.job(job).state().isPresent()
                && repository.job(job).checkpoints().newestMap().isPresent()
                && !finishedItems(repository, job).containsAll(items)) {
              throw new AssertionError("finished items of " + job + " would run again");
            }
          } catch (ProdigyException _) {
            // told as damage: nobody runs anything
          }
        });
  }

  private static byte[] spoil(byte[] bytes, Random random) {
    byte[] copy = bytes.clone();
    if (copy.length == 0) {
      return copy;
    }
    int from = random.nextInt(copy.length);
    int to = Math.min(copy.length, from + 1 + random.nextInt(60));
    return switch (random.nextInt(5)) {
      case 0 -> {
        copy[from] ^= (byte) (1 << random.nextInt(8));
        yield copy;
      }
      case 1 -> joined(Arrays.copyOf(copy, from), Arrays.copyOfRange(copy, to, copy.length));
      case 2 -> joined(Arrays.copyOf(copy, to), Arrays.copyOfRange(copy, from, copy.length));
      case 3 -> Arrays.copyOf(copy, from);
      default -> {
        Arrays.fill(copy, from, to, (byte) 0);
        yield copy;
      }
    };
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] all = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, all, first.length, second.length);
    return all;
  }

  /// `map-checkpoint`, `events`, `session`.
  private String kind(Path file) {
    String name = file.getFileName().toString();
    String below = home.relativize(file).getName(0).toString();
    String word = name.replaceFirst("[-.]?(\\d|[0-9a-f]{8}|json).*", "");
    return below + "/" + (word.isEmpty() ? name : word);
  }

  private static void copy(Path from, Path to) {
    FaultHarness.shell("cp", "-a", from.toString(), to.toString());
  }

  void print() {
    System.out.println("| file | mutations | found | mended | no damage to what is kept |");
    System.out.println("|---|---|---|---|---|");
    tallies.forEach(
        (kind, tally) ->
            System.out.printf(
                "| %s | %d | %d | %d | %d |%n",
                kind, tally.mutations, tally.found, tally.mended, tally.harmless));
    unnoticed.forEach(System.out::println);
  }

  public static void main(String[] args) throws IOException {
    int wanted = args.length > 0 ? Integer.parseInt(args[0]) : 10_000;
    long seed = args.length > 1 ? Long.parseLong(args[1]) : System.nanoTime();
    System.out.println("seed " + seed);
    var random = new Random(seed);
    Path directory = Files.createTempDirectory("corruption-");
    var harness = new CorruptionHarness(directory);
    int failed = 0;
    for (int i = 0; i < wanted; i++) {
      try {
        harness.survive(random);
      } catch (AssertionError e) {
        failed++;
        e.printStackTrace();
      }
    }
    harness.print();
    System.out.println(failed + " of " + wanted + " failed");
    FaultHarness.shell("rm", "-rf", directory.toString());
    System.exit(failed == 0 ? 0 : 1);
  }
}
