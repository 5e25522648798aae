package dev.prodigy.storage.file;

import dev.prodigy.model.ItemId;
import dev.prodigy.model.JournalRecord;
import dev.prodigy.model.RepoName;
import dev.prodigy.storage.MapJournal;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;

/// Appends to a journal from several threads until it is killed, printing every number it was given
/// an acknowledgement for.
final class JournalWriter {
  private JournalWriter() {}

  public static void main(String[] arguments) {
    var job =
        FileStore.open(Path.of(arguments[0])).repository(new RepoName("prodigy")).job(Samples.JOB);
    var out = new PrintStream(System.out, true, StandardCharsets.US_ASCII);
    try (MapJournal journal = job.openJournal();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 16; i++) {
        ItemId item = ItemId.of(i);
        var _ =
            threads.submit(
                () -> {
                  while (true) {
                    out.println(journal.append(started(item)).seq() + " " + item);
                  }
                });
      }
    }
  }

  static MapJournal.Entry started(ItemId item) {
    return new MapJournal.Entry(
        item,
        JournalRecord.Outcome.STARTED,
        1,
        Samples.JOB.agent(item),
        List.of(),
        null,
        null,
        null,
        null);
  }
}
