package dev.prodigy.storage.file;

import dev.prodigy.model.JournalRecord;
import dev.prodigy.storage.StorageException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Gives a journal's records in order and decides what a damaged line means.
///
/// Numbers are gapless, so a damaged line between records 7 and 9 was record 8. If the checkpoint
/// contains 8, nothing is missing. Else an item's outcome is unknown: running it again might do its
/// work twice, so the damage is an error that a person decides. A gap without a damaged line is
/// what remains after they removed it, and is accepted.
final class JournalReplay {
  private final Path file;
  private final long afterSeq;
  private final Consumer<JournalRecord> each;
  private long previous;
  private @Nullable StorageException damage;

  JournalReplay(Path file, long afterSeq, Consumer<JournalRecord> each) {
    this.file = file;
    this.afterSeq = afterSeq;
    this.each = each;
  }

  void run(LineScanner lines) throws IOException {
    while (lines.advance()) {
      JournalRecord next = read(lines);
      if (next == null) {
        continue;
      }
      long lastMissing = next.seq() - 1;
      if (damage != null && lastMissing > previous && lastMissing > afterSeq) {
        throw damage;
      }
      damage = null;
      previous = next.seq();
      if (next.seq() > afterSeq) {
        each.accept(next);
      }
    }
    if (damage != null) {
      throw damage;
    }
  }

  /// Null, and the damage noted, if the line cannot be read.
  private @Nullable JournalRecord read(LineScanner lines) {
    try {
      return JournalLines.read(lines.line());
    } catch (StoredJson.Unreadable e) {
      if (damage == null) {
        damage = StorageException.damagedRecord(file, lines.start(), e.why());
      }
      return null;
    }
  }
}
