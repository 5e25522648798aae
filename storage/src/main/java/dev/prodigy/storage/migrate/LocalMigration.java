package dev.prodigy.storage.migrate;

import dev.prodigy.model.DeadLetter;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.Sha256;
import dev.prodigy.storage.DeadLetterQueue;
import dev.prodigy.storage.Segment;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.file.CheckpointCheck;
import dev.prodigy.storage.file.DeadLetterDocuments;
import dev.prodigy.storage.file.FileStore;
import dev.prodigy.storage.file.Layout;
import dev.prodigy.storage.file.PrivateFiles;
import dev.prodigy.storage.migrate.MigrationRecord.Source;
import dev.prodigy.storage.migrate.MigrationReport.Taken;
import dev.prodigy.storage.migrate.MigrationReport.Unreadable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Copies a project's local storage into the store. Each source is noted as soon as it has been
/// taken over, so a migration that was cut off goes on where it was, and one that is run again
/// takes nothing twice. What is in the store already is never overwritten.
public final class LocalMigration {
  private final LocalStorage local;
  private final FileStore store;
  private final Layout layout;
  private final RepoName repository;
  private final InstantSource clock;

  private final List<Taken> taken = new ArrayList<>();
  private final List<String> known = new ArrayList<>();
  private final List<String> changed = new ArrayList<>();
  private final List<Unreadable> unreadable = new ArrayList<>();

  private LocalMigration(
      LocalStorage local, FileStore store, RepoName repository, InstantSource clock) {
    this.local = local;
    this.store = store;
    this.layout = new Layout(store.root());
    this.repository = repository;
    this.clock = clock;
  }

  /// @param repository the project's name in the store
  /// @param dryRun only tell what would be done
  public static MigrationReport run(
      LocalStorage local,
      FileStore store,
      RepoName repository,
      InstantSource clock,
      boolean dryRun) {
    var migration = new LocalMigration(local, store, repository, clock);
    return dryRun ? migration.run(true) : store.exclusively(() -> migration.run(false));
  }

  private MigrationReport run(boolean dryRun) {
    var record = MigrationRecord.open(layout.migration(repository), local.directory());
    for (String path : local.sources()) {
      one(path, record, dryRun);
    }
    return new MigrationReport(taken, known, changed, unreadable);
  }

  private void one(String path, MigrationRecord record, boolean dryRun) {
    Path file = local.directory().resolve(path);
    try {
      Source source = source(path, file);
      if (record.knows(source)) {
        (record.isUnchanged(source) ? known : changed).add(path);
        return;
      }
      Optional<Taken> done = take(path, file, dryRun);
      if (done.isPresent()) {
        taken.add(done.get());
        if (!dryRun) {
          record.add(source, done.get().importedAs(), clock.instant());
        }
      }
    } catch (IOException e) {
      unreadable.add(new Unreadable(path, -1, String.valueOf(e.getMessage())));
    } catch (JacksonException e) {
      unreadable.add(new Unreadable(path, offset(e), "not JSON: " + firstLine(e)));
    }
  }

  private static long offset(JacksonException e) {
    return e.getLocation() == null ? -1 : Math.max(-1, e.getLocation().getCharOffset());
  }

  private static String firstLine(JacksonException e) {
    return String.valueOf(e.getOriginalMessage()).lines().findFirst().orElse("");
  }

  private static Source source(String path, Path file) throws IOException {
    try (var in = new DigestInputStream(Files.newInputStream(file), Sha256.start())) {
      long size = in.transferTo(java.io.OutputStream.nullOutputStream());
      String hash = HexFormat.of().formatHex(in.getMessageDigest().digest());
      return new Source(path, size, Files.getLastModifiedTime(file).toString(), hash);
    }
  }

  /// Empty if it could not be read, and is told of.
  private Optional<Taken> take(String path, Path file, boolean dryRun) throws IOException {
    try {
      if (path.startsWith("events/")) {
        return Optional.of(events(path, file, dryRun));
      }
      if (path.startsWith("dlq/")) {
        return Optional.of(deadLetters(path, file, dryRun));
      }
      return path.startsWith("checkpoints/")
          ? checkpoint(path, file, dryRun)
          : session(path, file, dryRun);
    } catch (StorageException e) {
      if (e.where() != null && Path.of(e.where()).startsWith(store.root())) {
        throw e; // the store cannot be written: nothing is wrong with the source
      }
      unreadable.add(new Unreadable(path, -1, e.message()));
      return Optional.empty();
    }
  }

  private Optional<Taken> session(String path, Path file, boolean dryRun) throws IOException {
    Instant modified = Files.getLastModifiedTime(file).toInstant();
    Optional<Session> session;
    try {
      session =
          LegacySession.read(
              Json.parse(Files.readString(file)),
              repository.value(),
              local.project().toString(),
              modified);
    } catch (ProdigyException e) { // an id we could not keep
      unreadable.add(new Unreadable(path, -1, e.message()));
      return Optional.empty();
    }
    if (session.isEmpty()) {
      unreadable.add(new Unreadable(path, -1, "no session: it has no session_id"));
      return Optional.empty();
    }
    Path target = layout.sessions().resolve(session.get().id() + ".json");
    if (Files.exists(target)) {
      return Optional.of(new Taken(path, "session", 0, List.of()));
    }
    if (!dryRun) {
      store.sessions().create(session.get());
    }
    return Optional.of(new Taken(path, "session", 1, List.of(inside(target))));
  }

  private Taken events(String path, Path file, boolean dryRun) throws IOException {
    var events = new LegacyEvents(file, path, layout.events(repository));
    events.unreadable(unreadable::add);
    if (dryRun) {
      events.count(List.of(Segment.ofFile(file)));
      return new Taken(path, "events", events.count(), List.of());
    }
    List<Path> made = events.take();
    return new Taken(path, "events", events.count(), made.stream().map(this::inside).toList());
  }

  private Taken deadLetters(String path, Path file, boolean dryRun) {
    DeadLetterDocuments.Content content = DeadLetterDocuments.read(file);
    JobId job = jobOf(path, content.job());
    if (!dryRun) {
      DeadLetterQueue queue = store.repository(repository).job(job).deadLetters();
      queue.create();
      for (DeadLetter letter : content.letters()) {
        queue.add(letter, () -> {});
      }
      queue.flush();
    }
    Path target = layout.deadLetters(repository).resolve(job.value()).resolve("dlq-items.json");
    return new Taken(path, "dlq", content.letters().size(), List.of(inside(target)));
  }

  /// `dlq/<job>/...`, `dlq/mapreduce/dlq/<job>/...`, or what the document says.
  private static JobId jobOf(String path, String said) {
    String[] parts = path.split("/", -1);
    int at = path.startsWith("dlq/mapreduce/dlq/") ? 3 : 1;
    String name = !said.isEmpty() ? said : parts.length > at + 1 ? parts[at] : "";
    try {
      return new JobId(name);
    } catch (ProdigyException _) { // a name we could not keep, or none
      var hash = new CRC32C();
      hash.update(path.getBytes(StandardCharsets.UTF_8));
      return new JobId("legacy-" + HexFormat.of().toHexDigits((int) hash.getValue()));
    }
  }

  private Optional<Taken> checkpoint(String path, Path file, boolean dryRun) throws IOException {
    Optional<String> problem = CheckpointCheck.problem(file);
    if (problem.isPresent()) {
      unreadable.add(new Unreadable(path, -1, problem.get()));
      return Optional.empty();
    }
    JsonNode tree = Json.parse(Files.readString(file));
    var session = new SessionId(tree.path("session_id").asString());
    Path target =
        layout
            .workflowCheckpoints(repository)
            .resolve(session.value())
            .resolve(String.valueOf(file.getFileName()));
    if (Files.exists(target)) {
      return Optional.of(new Taken(path, "checkpoint", 0, List.of()));
    }
    if (!dryRun) {
      byte[] content = Files.readAllBytes(file);
      write(target, content);
    }
    return Optional.of(new Taken(path, "checkpoint", 1, List.of(inside(target))));
  }

  private void write(Path target, byte[] content) {
    try {
      PrivateFiles.createDirectories(layout.mappings(repository)); // marks a repository's state
      PrivateFiles.replace(target, out -> out.write(content));
    } catch (IOException e) {
      throw StorageException.io(target, e);
    }
  }

  private String inside(Path path) {
    return layout.root().relativize(path).toString();
  }
}
