package dev.prodigy.storage.file;

import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.JournalRecord;
import dev.prodigy.model.RepoName;
import dev.prodigy.storage.Checkpoints;
import dev.prodigy.storage.DeadLetterQueue;
import dev.prodigy.storage.JobStore;
import dev.prodigy.storage.MapJournal;
import dev.prodigy.storage.StorageException;
import java.io.FileInputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;

/// `state/<repo>/mapreduce/jobs/<job>/`
final class FileJob implements JobStore {
  private static final RecordFile.Kind<JobState> STATE = RecordFile.Kind.of(JobState.class);
  private static final Pattern REFERENCE = Pattern.compile("results/[A-Za-z0-9_:-][^/]*\\.json");

  private final Documents documents;
  private final JobId job;
  private final Path directory;
  private final RecordFile<JobState> state;
  private final FileCheckpoints checkpoints;
  private final DeadLetterQueue deadLetters;

  FileJob(Documents documents, Layout layout, RepoName repository, JobId job) {
    this.documents = documents;
    this.job = job;
    this.directory = layout.job(repository, job);
    this.state = new RecordFile<>(documents, directory.resolve("job-state.json"), STATE);
    this.checkpoints = new FileCheckpoints(documents, job, directory);
    var files =
        new DeadLetterFiles(
            documents, layout.deadLetters(repository), layout.state(repository), job);
    this.deadLetters = new FileDeadLetters(documents, files, repository, job, this::workflowName);
  }

  private String workflowName() {
    return state().map(JobState::workflowName).orElse("");
  }

  @Override
  public JobId job() {
    return job;
  }

  @Override
  public Path directory() {
    return directory;
  }

  @Override
  public boolean exists() {
    return Files.isDirectory(directory);
  }

  @Override
  public Optional<JobState> state() {
    return state.read();
  }

  @Override
  public void saveState(JobState value) {
    state.write(value);
  }

  @Override
  public JobState updateState(UnaryOperator<JobState> change) {
    return state.update(
        change, () -> StorageException.notFound(directory.resolve("job-state.json")));
  }

  @Override
  public void saveWorkflow(String text) {
    documents.replace(workflowFile(), out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }

  @Override
  public Optional<String> workflow() {
    return Documents.ifThere(
        workflowFile(),
        () -> {
          try (var in = new FileInputStream(workflowFile().toFile())) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
          }
        },
        StorageException::damaged);
  }

  private Path workflowFile() {
    return directory.resolve("workflow.yml");
  }

  @Override
  public Checkpoints checkpoints() {
    return checkpoints;
  }

  @Override
  public MapJournal openJournal() {
    return FileJournal.open(documents, journalFile(), checkpoints.highestJournalSeq());
  }

  private Path journalFile() {
    return directory.resolve("map-progress.jsonl");
  }

  @Override
  public void readJournal(long afterSeq, Consumer<JournalRecord> each) {
    Path file = journalFile();
    try (var lines = new LineScanner(file, Files.size(file))) {
      new JournalReplay(file, afterSeq, each).run(lines);
    } catch (NoSuchFileException | FileNotFoundException _) {
      // no item has been started, or the user removed it
    } catch (IOException e) {
      throw StorageException.io(file, e);
    }
  }

  @Override
  public DeadLetterQueue deadLetters() {
    return deadLetters;
  }

  @Override
  public String saveOutput(ItemId item, String text) {
    String reference = "results/" + item + ".json";
    documents.replaceSealed(
        directory.resolve(reference),
        StoredJson.newObject().put("item_id", item.value()).put("output", text));
    return reference;
  }

  @Override
  public String output(String reference) {
    if (!REFERENCE.matcher(reference).matches()) {
      throw StorageException.invalidId(reference, "does not name a result");
    }
    Path file = directory.resolve(reference);
    return documents
        .readSealed(file)
        .orElseThrow(() -> StorageException.notFound(file))
        .path("output")
        .asString("");
  }
}
