package dev.prodigy.storage.file;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.AgentResult;
import dev.prodigy.model.DeadLetter.Artifacts;
import dev.prodigy.model.Failure;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JournalRecord;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/// A journal record as one line: `{"seq":1,...,"crc":"89abcdef"}`, the checksum being the CRC-32C
/// of the bytes before `,"crc":`.
final class JournalLines {
  private static final byte[] CRC = ",\"crc\":\"".getBytes(StandardCharsets.US_ASCII);
  private static final int CRC_DIGITS = 8;
  private static final int TAIL = CRC.length + CRC_DIGITS + "\"}".length();

  private JournalLines() {}

  /// With the newline.
  static byte[] write(JournalRecord entry) throws IOException {
    var line = new ByteArrayOutputStream(512);
    StoredJson.writeLine(line, out -> members(entry, out));
    byte[] open = Arrays.copyOf(line.toByteArray(), line.size() - 1); // without its brace
    line.reset();
    line.writeBytes(open);
    line.writeBytes(CRC);
    line.writeBytes(
        "%08x\"}\n".formatted(crc(open, open.length)).getBytes(StandardCharsets.US_ASCII));
    return line.toByteArray();
  }

  private static void members(JournalRecord entry, JsonGenerator out) {
    out.writeStartObject();
    out.writeNumberProperty("seq", entry.seq());
    out.writeStringProperty("timestamp", Timestamps.text(entry.timestamp()));
    out.writeStringProperty("item_id", entry.itemId().value());
    out.writeStringProperty("outcome", Encodings.pascalName(entry.outcome()));
    out.writeNumberProperty("attempt", entry.attempt());
    out.writeStringProperty("agent_id", entry.agentId().value());
    out.writeNumberProperty("pid", entry.pid());
    out.writeNumberProperty("pid_start", entry.pidStart());
    if (!entry.commits().isEmpty()) {
      out.writePOJOProperty("commits", entry.commits());
    }
    present("result", entry.result(), out);
    Failure failure = entry.failure();
    if (failure != null) {
      out.writeStringProperty("error", failure.errorMessage());
      out.writePOJOProperty("failure", failure);
    }
    present("disposition", entry.disposition(), out);
    present("artifacts", entry.artifacts(), out);
    out.writeEndObject();
  }

  private static void present(String name, @Nullable Object value, JsonGenerator out) {
    if (value != null) {
      out.writePOJOProperty(name, value);
    }
  }

  private record Line(
      long seq,
      Instant timestamp,
      ItemId itemId,
      JournalRecord.Outcome outcome,
      int attempt,
      AgentId agentId,
      long pid,
      long pidStart,
      List<String> commits,
      @Nullable AgentResult result,
      @Nullable Failure failure,
      JournalRecord.@Nullable Disposition disposition,
      @Nullable Artifacts artifacts) {

    JournalRecord entry() {
      return new JournalRecord(
          seq,
          timestamp,
          itemId,
          outcome,
          attempt,
          agentId,
          pid,
          pidStart,
          commits,
          result,
          failure,
          disposition,
          artifacts);
    }
  }

  /// @param line without the newline
  /// @throws StoredJson.Unreadable if it is damaged
  static JournalRecord read(byte[] line) {
    int end = line.length - TAIL;
    if (end < 0 || !Arrays.equals(line, end, end + CRC.length, CRC, 0, CRC.length)) {
      throw new StoredJson.Unreadable("not a whole record");
    }
    String digits = new String(line, end + CRC.length, CRC_DIGITS, StandardCharsets.US_ASCII);
    String actual = "%08x".formatted(crc(line, end));
    if (!digits.equals(actual) || line[line.length - 1] != '}' || line[line.length - 2] != '"') {
      throw new StoredJson.Unreadable(
          "checksum is %s, the record has %s".formatted(digits, actual));
    }
    try {
      return StoredJson.value(StoredJson.parse(new ByteArrayInputStream(line)), Line.class).entry();
    } catch (IOException e) {
      throw new IllegalStateException("reading from memory", e);
    }
  }

  private static int crc(byte[] bytes, int length) {
    var crc = new CRC32C();
    crc.update(bytes, 0, length);
    return (int) crc.getValue();
  }
}
