package dev.prodigy.storage.verify;

import dev.prodigy.model.JobId;
import dev.prodigy.model.Orphan;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.RepoName;
import dev.prodigy.storage.OrphanRegistry;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.file.Directories;
import dev.prodigy.storage.file.Layout;
import dev.prodigy.storage.file.StoredLinks;
import dev.prodigy.storage.verify.Finding.Kind;
import dev.prodigy.storage.verify.Findings.Outcome;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/// What belongs to no single job: run locks, worktree records, the orphan registry, the names of
/// repositories, temporary files.
final class LeftoverVerification {
  private static final Duration IN_USE = Duration.ofHours(1);

  private final Store store;
  private final Layout layout;
  private final Findings findings;
  private final Quarantine quarantine;
  private final InstantSource clock;
  private long documents;

  LeftoverVerification(
      Store store, Layout layout, Findings findings, Quarantine quarantine, InstantSource clock) {
    this.store = store;
    this.layout = layout;
    this.findings = findings;
    this.quarantine = quarantine;
    this.clock = clock;
  }

  long documents() {
    return documents;
  }

  /// Run locks whose holders are dead. Before anything else: a repair takes locks.
  void locks() {
    for (Path file : Directories.files(layout.runLocks(), ".lock")) {
      String id = Directories.stem(file, ".lock");
      documents++;
      try {
        if (store.locks().liveHolder(id).isPresent()) {
          continue;
        }
      } catch (ProdigyException _) { // no id of ours, so no lock of ours
        continue;
      }
      Optional<DocumentSyntax.Fault> fault = DocumentSyntax.fault(file);
      if (fault.isPresent()) {
        if (isOld(file, Duration.ofSeconds(5))) {
          findings.damage(
              Kind.LOCK,
              file,
              fault.get().offset(),
              fault.get().why(),
              () -> quarantine.move(file));
        }
      } else if (Files.exists(file)) {
        findings.leftover(Kind.LOCK, file, "its process is no longer running", () -> released(id));
      }
    }
  }

  /// Taken by the rules and given back, so that nobody else's lock can be hit.
  private Outcome released(String id) {
    store.locks().acquire(List.of(id), false).close();
    return Outcome.done("removed");
  }

  void worktreeRecords(RepositoryStore repository) {
    for (Path file : Directories.files(layout.worktreeRecords(repository.name()), ".json")) {
      String name = Directories.stem(file, ".json");
      document(Kind.WORKTREE, file, () -> repository.worktrees().find(name));
    }
  }

  void orphans(RepositoryStore repository) {
    OrphanRegistry registry = repository.orphans();
    for (Path file : Directories.files(layout.orphans(repository.name()), ".json")) {
      try {
        var job = new JobId(Directories.stem(file, ".json"));
        if (document(Kind.ORPHANS, file, () -> registry.list(job))) {
          registry.list(job).forEach(orphan -> verify(file, registry, job, orphan));
        }
      } catch (ProdigyException e) {
        findings.damage(Kind.ORPHANS, file, -1, e.message(), () -> quarantine.move(file));
      }
    }
  }

  private void verify(Path file, OrphanRegistry registry, JobId job, Orphan orphan) {
    Path path = Path.of(orphan.path()).normalize();
    if (!path.startsWith(layout.root().resolve("worktrees"))) {
      findings.damage(
          Kind.REFERENCE,
          file,
          -1,
          "orphan " + orphan.path() + " is not in this store",
          () -> dropped(file, registry, job, orphan));
    } else if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
      findings.leftover(
          Kind.REFERENCE,
          file,
          "orphan " + orphan.path() + " is already gone",
          () -> dropped(file, registry, job, orphan));
    }
  }

  private Outcome dropped(Path file, OrphanRegistry registry, JobId job, Orphan orphan) {
    Path kept = quarantine.copied(file);
    registry.remove(job, orphan.path());
    return Outcome.done("entry removed; the registry as it was is kept in " + kept);
  }

  /// Whether the document can be read; told of if not.
  private boolean document(Kind kind, Path file, Supplier<?> read) {
    documents++;
    Optional<DocumentSyntax.Fault> syntax = DocumentSyntax.fault(file);
    if (syntax.isPresent()) {
      findings.damage(
          kind, file, syntax.get().offset(), syntax.get().why(), () -> quarantine.move(file));
      return false;
    }
    try {
      var _ = read.get();
      quarantine.verifySeal(kind, file, findings, UnaryOperator.identity());
      return true;
    } catch (StorageException e) {
      findings.damage(kind, file, -1, e.message(), () -> quarantine.move(file));
      return false;
    }
  }

  void repositories() {
    Path file = layout.repositories();
    if (!Files.exists(file)) {
      return;
    }
    documents++;
    Optional<DocumentSyntax.Fault> syntax = DocumentSyntax.fault(file);
    String why = syntax.map(DocumentSyntax.Fault::why).orElseGet(this::unreadableNames);
    if (!why.isEmpty()) {
      findings.damage(
          Kind.REPOSITORIES,
          file,
          syntax.map(DocumentSyntax.Fault::offset).orElse(-1L),
          why,
          () -> {
            Path kept = quarantine.copied(file);
            StoredLinks.writeRepositories(file, store.sessions().list(), clock.instant());
            return Outcome.done("made again from the sessions; as it was it is kept in " + kept);
          });
    } else {
      quarantine.verifySeal(Kind.REPOSITORIES, file, findings, UnaryOperator.identity());
    }
  }

  private String unreadableNames() {
    try {
      store.names().roots();
      return "";
    } catch (StorageException e) {
      return e.message();
    }
  }

  /// Temporary files that a crash left; younger ones may be in use. Not in users' worktrees.
  void temporaryFiles() {
    for (Path top : layout.topLevel()) {
      if (!top.endsWith("worktrees") && !top.endsWith("logs")) {
        walk(top, Integer.MAX_VALUE);
      }
    }
    walk(layout.root(), 1);
    for (RepoName name : store.repositories()) {
      walk(layout.worktreeRecords(name), 1);
    }
  }

  private void walk(Path directory, int depth) {
    if (!Files.isDirectory(directory)) {
      return;
    }
    try {
      Files.walkFileTree(
          directory,
          java.util.Set.of(),
          depth,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
              temporary(file, attributes);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException gone) {
              return FileVisitResult.CONTINUE; // deleted while we look, as anybody may
            }
          });
    } catch (IOException e) {
      throw StorageException.io(directory, e);
    }
  }

  private void temporary(Path file, BasicFileAttributes attributes) {
    String name = file.getFileName().toString();
    boolean ours =
        name.startsWith(".") && (name.contains(".tmp-") || name.contains(".lock.stale-"));
    Instant modified = attributes.lastModifiedTime().toInstant();
    if (attributes.isRegularFile() && ours && isOld(modified, IN_USE)) {
      findings.leftover(
          Kind.TEMPORARY_FILE,
          file,
          "left by a crash (%d bytes)".formatted(attributes.size()),
          () -> quarantine.move(file));
    }
  }

  private boolean isOld(Path file, Duration age) {
    try {
      return isOld(Files.getLastModifiedTime(file).toInstant(), age);
    } catch (IOException _) { // gone meanwhile
      return false;
    }
  }

  private boolean isOld(Instant modified, Duration age) {
    return Duration.between(modified, clock.instant()).compareTo(age) > 0;
  }
}
