package dev.prodigy.storage.file;

import dev.prodigy.model.WorktreeRecord;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.WorktreeRecords;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// `worktrees/<repo>/.metadata/<name>.json`
final class FileWorktreeRecords implements WorktreeRecords {
  private static final RecordFile.Kind<WorktreeRecord> KIND =
      RecordFile.Kind.of(WorktreeRecord.class);

  /// A name becomes a file name, and agents' names are longer than ids may be.
  private static final Pattern ACCEPTED = Pattern.compile("[A-Za-z0-9_:-][A-Za-z0-9._:-]{0,239}");

  private final Documents documents;
  private final Path directory;

  FileWorktreeRecords(Documents documents, Path directory) {
    this.documents = documents;
    this.directory = directory;
  }

  @Override
  public void save(WorktreeRecord worktree) {
    file(worktree.worktreeName()).write(worktree);
  }

  @Override
  public Optional<WorktreeRecord> find(String name) {
    return file(name).read();
  }

  @Override
  public WorktreeRecord update(String name, UnaryOperator<WorktreeRecord> change) {
    return file(name).update(change, () -> StorageException.notFound(path(name)));
  }

  @Override
  public List<WorktreeRecord> list() {
    var found = new ArrayList<WorktreeRecord>();
    for (Path path : Directories.files(directory, ".json")) {
      try {
        find(Directories.stem(path, ".json")).ifPresent(found::add);
      } catch (StorageException e) {
        documents.notice(e.message());
      }
    }
    return found;
  }

  @Override
  public void delete(String name) {
    file(name).delete();
  }

  private RecordFile<WorktreeRecord> file(String name) {
    return new RecordFile<>(documents, path(name), KIND);
  }

  private Path path(String name) {
    if (!ACCEPTED.matcher(name).matches()) {
      throw StorageException.invalidId(name, "is no name of a worktree");
    }
    return directory.resolve(name + ".json");
  }
}
