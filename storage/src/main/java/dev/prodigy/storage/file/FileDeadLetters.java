package dev.prodigy.storage.file;

import dev.prodigy.model.DeadLetter;
import dev.prodigy.model.Failure;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.RepoName;
import dev.prodigy.storage.DeadLetterQueue;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.file.DeadLetterFiles.Found;
import java.nio.file.Files;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `dlq-items.json`. The document is written as a whole, so what is added within 250 ms of a write
/// waits and goes into the next one together.
final class FileDeadLetters implements DeadLetterQueue {
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
  private static final Comparator<DeadLetter> BY_INDEX =
      Comparator.<DeadLetter>comparingInt(letter -> letter.itemId().index())
          .thenComparing(letter -> letter.itemId().value());

  private record Addition(DeadLetter letter, Runnable whenDurable) {}

  private final Documents documents;
  private final DeadLetterFiles files;
  private final RepoName repository;
  private final JobId job;
  private final Supplier<String> workflowName;

  /// Held while the document is written; guards the order of writes.
  private final ReentrantLock writing = new ReentrantLock();

  // Guarded by `this`.
  private List<Addition> waiting = new ArrayList<>();
  private boolean scheduled;
  private boolean failed;
  private long nextWriteNanos = System.nanoTime();

  FileDeadLetters(
      Documents documents,
      DeadLetterFiles files,
      RepoName repository,
      JobId job,
      Supplier<String> workflowName) {
    this.documents = documents;
    this.files = files;
    this.repository = repository;
    this.job = job;
    this.workflowName = workflowName;
  }

  @Override
  public List<DeadLetter> items() {
    return letters(files.read().items().values());
  }

  @Override
  public List<Stored> stored() {
    return files.read().items().values().stream()
        .map(tree -> new Stored(letter(tree), tree))
        .sorted(Comparator.comparing(Stored::letter, BY_INDEX))
        .toList();
  }

  private List<DeadLetter> letters(Collection<ObjectNode> trees) {
    return trees.stream().map(this::letter).sorted(BY_INDEX).toList();
  }

  private DeadLetter letter(JsonNode tree) {
    try {
      return StoredJson.value(tree, DeadLetter.class);
    } catch (StoredJson.Unreadable e) {
      throw StorageException.damaged(
          files.document(), "item '" + tree.path("item_id").asString("") + "': " + e.why());
    }
  }

  @Override
  public void create() {
    if (!Files.exists(files.document())) {
      documents.locked(files.document(), () -> write(files.read()));
    }
  }

  @Override
  public void add(DeadLetter letter, Runnable whenDurable) {
    if (isDue(new Addition(letter, whenDurable))) {
      flush();
    }
  }

  /// Whether what waits must be written now; else it will be, later.
  private synchronized boolean isDue(Addition addition) {
    waiting.add(addition);
    long pause = nextWriteNanos - System.nanoTime();
    if (failed || (pause <= 0 && !scheduled)) {
      return true;
    }
    if (!scheduled) {
      scheduled = true;
      CompletableFuture.delayedExecutor(pause, TimeUnit.NANOSECONDS).execute(this::flushLater);
    }
    return false;
  }

  private void flushLater() {
    try {
      flush();
    } catch (StorageException _) { // all is kept; whoever adds or flushes next tries and learns it
      return;
    }
  }

  @Override
  public void flush() {
    List<Addition> written;
    writing.lock();
    try {
      written = take();
      if (!written.isEmpty()) {
        writeAll(written);
      }
    } finally {
      writing.unlock();
    }
    written.forEach(addition -> addition.whenDurable().run());
  }

  private synchronized List<Addition> take() {
    List<Addition> taken = waiting;
    waiting = new ArrayList<>();
    scheduled = false;
    return taken;
  }

  private void writeAll(List<Addition> additions) {
    boolean done = false;
    try {
      documents.locked(files.document(), () -> addLocked(additions));
      done = true;
    } finally {
      finished(done ? List.of() : additions);
    }
  }

  private synchronized void finished(List<Addition> notWritten) {
    failed = !notWritten.isEmpty();
    nextWriteNanos = System.nanoTime() + PAUSE_NANOS;
    var all = new ArrayList<>(notWritten);
    all.addAll(waiting);
    waiting = all;
  }

  private void addLocked(List<Addition> additions) {
    Found found = files.read();
    for (Addition addition : additions) {
      DeadLetter letter = addition.letter();
      found.items().compute(letter.itemId().value(), (_, old) -> merged(old, letter));
    }
    write(found);
    files.delete(found.others());
  }

  /// @param old absent for an item that is new here
  private ObjectNode merged(@Nullable ObjectNode old, DeadLetter letter) {
    if (old == null) {
      return (ObjectNode) StoredJson.tree(letter);
    }
    DeadLetter before = letter(old);
    List<Failure> news = letter.failureHistory().stream().filter(f -> !has(before, f)).toList();
    if (news.isEmpty()) {
      return old;
    }
    var tree = (ObjectNode) StoredJson.tree(before.again(with(letter, news)));
    RecordFile.keepUnknown(old, StoredJson.tree(before), tree);
    return tree;
  }

  /// A resumed run adds again what its journal holds: the same attempt counts once.
  private static boolean has(DeadLetter letter, Failure failure) {
    return letter.failureHistory().stream()
        .anyMatch(
            known ->
                known.attemptNumber() == failure.attemptNumber()
                    && known.agentId().equals(failure.agentId())
                    && known
                        .timestamp()
                        .equals(failure.timestamp().truncatedTo(ChronoUnit.MILLIS)));
  }

  private static DeadLetter with(DeadLetter letter, List<Failure> failures) {
    return new DeadLetter(
        letter.itemId(),
        letter.itemData(),
        letter.firstAttempt(),
        letter.lastAttempt(),
        letter.failureCount(),
        failures,
        letter.errorSignature(),
        letter.worktreeArtifacts(),
        letter.reprocessEligible(),
        letter.manualReviewRequired());
  }

  @Override
  public boolean remove(ItemId item) {
    flush();
    return documents.locked(
        files.document(),
        () -> {
          Found found = files.read();
          if (found.items().remove(item.value()) == null) {
            return false;
          }
          write(found);
          files.delete(found.others());
          return true;
        });
  }

  @Override
  public int clear() {
    flush();
    return documents.locked(
        files.document(),
        () -> {
          Found found = files.read();
          int items = found.items().size();
          found.items().clear();
          write(found);
          files.delete(found.others());
          return items;
        });
  }

  @Override
  public void restore(List<DeadLetter> letters) {
    documents.locked(
        files.document(),
        () -> {
          Found found = Found.nothing();
          letters.forEach(
              letter ->
                  found.items().put(letter.itemId().value(), (ObjectNode) StoredJson.tree(letter)));
          write(found);
        });
  }

  private void write(Found found) {
    ArrayNode items = StoredJson.newArray();
    letters(found.items().values())
        .forEach(letter -> items.add(found.items().get(letter.itemId().value())));
    ObjectNode document = StoredJson.newObject();
    document.put("version", 1);
    document.put("job_id", job.value());
    document.put("repo", repository.value());
    String known = found.header().path("workflow_name").asString("");
    document.put("workflow_name", known.isEmpty() ? workflowName.get() : known);
    document.put("updated_at", Timestamps.text(documents.now()));
    document.put("item_count", items.size());
    found.header().properties().forEach(e -> document.putIfAbsent(e.getKey(), e.getValue()));
    document.set("items", items);
    documents.replaceSealed(files.document(), document);
  }
}
