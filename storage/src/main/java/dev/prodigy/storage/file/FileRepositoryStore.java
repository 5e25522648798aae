package dev.prodigy.storage.file;

import dev.prodigy.model.Event;
import dev.prodigy.model.JobId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventLog;
import dev.prodigy.storage.JobStore;
import dev.prodigy.storage.Mappings;
import dev.prodigy.storage.OrphanRegistry;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.WorkflowCheckpoints;
import dev.prodigy.storage.WorktreeRecords;
import dev.prodigy.storage.WriterIdentity;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/// The directories of one repository.
final class FileRepositoryStore implements RepositoryStore {
  private final Documents documents;
  private final Layout layout;
  private final RepoName name;
  private final StoreSettings settings;
  private final FileMappings mappings;
  private final WorkflowCheckpoints workflowCheckpoints;
  private final Map<JobId, JobStore> jobs = new ConcurrentHashMap<>();

  FileRepositoryStore(Documents documents, Layout layout, RepoName name, StoreSettings settings) {
    this.documents = documents;
    this.layout = layout;
    this.name = name;
    this.settings = settings;
    this.mappings = new FileMappings(documents, layout.mappings(name), this::jobStates);
    this.workflowCheckpoints =
        new FileWorkflowCheckpoints(
            documents,
            layout.workflowCheckpoints(name),
            layout.root().resolve("state"),
            mappings::create);
  }

  @Override
  public RepoName name() {
    return name;
  }

  @Override
  public EventLog events(WriterIdentity writer, Consumer<String> warnings) {
    var options = new FileEventLog.Options(settings.segmentBytes());
    return FileEventLog.open(layout.events(name), writer, documents.clock(), warnings, options);
  }

  @Override
  public EventFiles eventFiles() {
    return EventFiles.of(layout.root(), name.value());
  }

  @Override
  public void maintenance(JobId job, Event event, WriterIdentity writer) {
    try (var log =
        FileEventLog.maintenance(
            layout.events(name), writer, documents.clock(), documents::notice)) {
      log.append(job, event);
    }
  }

  @Override
  public Mappings mappings() {
    return mappings;
  }

  @Override
  public JobStore job(JobId job) {
    return jobs.computeIfAbsent(job, id -> new FileJob(documents, layout, name, id));
  }

  @Override
  public List<JobId> jobs() {
    record Made(JobId job, FileTime at) {}
    return Directories.directories(layout.jobs(name)).stream()
        .flatMap(directory -> id(directory).map(id -> new Made(id, made(directory))).stream())
        .sorted(Comparator.comparing(Made::at).reversed())
        .map(Made::job)
        .toList();
  }

  @Override
  public List<JobId> deadLetterJobs() {
    return Directories.directories(layout.deadLetters(name)).stream()
        .filter(own -> !own.endsWith("mapreduce")) // an earlier version's nesting
        .flatMap(own -> id(own).stream())
        .toList();
  }

  private Optional<JobId> id(Path directory) {
    try {
      return Optional.of(new JobId(directory.getFileName().toString()));
    } catch (ProdigyException e) {
      documents.notice("Ignored " + directory + ": " + e.message());
      return Optional.empty();
    }
  }

  private static FileTime made(Path directory) {
    try {
      return Files.readAttributes(directory, BasicFileAttributes.class).creationTime();
    } catch (IOException _) { // deleted meanwhile: the oldest
      return FileTime.fromMillis(0);
    }
  }

  private Stream<JobState> jobStates() {
    return jobs().stream().map(this::readableState).flatMap(Optional::stream);
  }

  private Optional<JobState> readableState(JobId job) {
    try {
      return job(job).state();
    } catch (StorageException e) {
      documents.notice(e.message());
      return Optional.empty();
    }
  }

  @Override
  public WorkflowCheckpoints workflowCheckpoints() {
    return workflowCheckpoints;
  }

  @Override
  public WorktreeRecords worktrees() {
    return new FileWorktreeRecords(documents, layout.worktreeRecords(name));
  }

  @Override
  public OrphanRegistry orphans() {
    return new FileOrphans(documents, layout.orphans(name));
  }

  @Override
  public Path worktreesDirectory() {
    return layout.worktrees(name);
  }

  @Override
  public Path logsDirectory(SessionId session) {
    return layout.logs(name, session);
  }
}
