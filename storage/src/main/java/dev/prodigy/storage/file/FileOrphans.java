package dev.prodigy.storage.file;

import dev.prodigy.model.JobId;
import dev.prodigy.model.Orphan;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.storage.OrphanRegistry;
import dev.prodigy.storage.StorageException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `orphaned_worktrees/<repo>/<job>.json`: an array, gone when empty. Also reads `{job_id,
/// orphaned_worktrees:[{worktree_path, timestamp, ...}]}`.
final class FileOrphans implements OrphanRegistry {
  private final Documents documents;
  private final Path directory;

  FileOrphans(Documents documents, Path directory) {
    this.documents = documents;
    this.directory = directory;
  }

  @Override
  public void add(JobId job, Orphan orphan) {
    documents.locked(
        file(job),
        () -> {
          ArrayNode entries = entries(job);
          entries.add(StoredJson.tree(orphan));
          documents.replace(file(job), entries);
        });
  }

  @Override
  public List<Orphan> list(JobId job) {
    try {
      return entries(job).valueStream().map(e -> StoredJson.value(e, Orphan.class)).toList();
    } catch (StoredJson.Unreadable e) {
      throw StorageException.damaged(file(job), e.why());
    }
  }

  @Override
  public List<JobId> jobs() {
    var jobs = new ArrayList<JobId>();
    for (Path file : Directories.files(directory, ".json")) {
      try {
        jobs.add(new JobId(Directories.stem(file, ".json")));
      } catch (ProdigyException e) {
        documents.notice("Ignored " + file + ": " + e.message());
      }
    }
    return jobs;
  }

  @Override
  public void remove(JobId job, String path) {
    if (!Files.exists(file(job))) {
      return;
    }
    documents.lockedWith(
        file(job),
        lock -> {
          ArrayNode left = StoredJson.newArray();
          entries(job)
              .valueStream()
              .filter(entry -> !entry.path("path").asString("").equals(path))
              .forEach(left::add);
          if (left.isEmpty()) {
            return documents.deleteLocked(file(job), lock);
          }
          documents.replace(file(job), left);
          return true;
        });
  }

  /// As trees, so that keys this program does not know survive.
  private ArrayNode entries(JobId job) {
    Optional<JsonNode> tree = documents.read(file(job));
    ArrayNode entries = StoredJson.newArray();
    JsonNode found = tree.orElse(entries);
    JsonNode list = found.isObject() ? found.path("orphaned_worktrees") : found;
    if (!list.isArray()) {
      throw StorageException.damaged(file(job), "neither an array nor a list of worktrees");
    }
    StreamSupport.stream(list.spliterator(), false).map(FileOrphans::renamed).forEach(entries::add);
    return entries;
  }

  private static JsonNode renamed(JsonNode entry) {
    if (entry instanceof ObjectNode object && !object.has("path")) {
      object.set("path", object.path("worktree_path"));
      object.set("failed_at", object.path("timestamp"));
      object.remove(List.of("worktree_path", "timestamp"));
    }
    return entry;
  }

  private Path file(JobId job) {
    return directory.resolve(job + ".json");
  }
}
