package dev.prodigy.storage.file;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.AgentResult;
import dev.prodigy.model.CheckpointReason;
import dev.prodigy.model.CleanupStatus;
import dev.prodigy.model.FailureReason;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.JournalRecord;
import dev.prodigy.model.Phase;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.RetryCheckpoint;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.model.WorkflowCheckpoint;
import dev.prodigy.model.WorktreeRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdSerializer;

/// The spelling of values in documents: ids as strings, times in UTC with three decimals, durations
/// as `{"secs","nanos"}`, enums in Pascal case, alternatives with data as `{"Name":data}`. Other
/// programs' spellings are read, too.
final class Encodings {
  private final SimpleModule module = new SimpleModule("prodigy");

  private Encodings() {}

  static SimpleModule module() {
    var encodings = new Encodings();
    encodings.ids();
    encodings.times();
    encodings.enums();
    encodings.alternatives();
    return encodings.module;
  }

  private void ids() {
    text(AgentId.class, AgentId::value, AgentId::new);
    text(ItemId.class, ItemId::value, ItemId::new);
    text(JobId.class, JobId::value, JobId::new);
    text(RepoName.class, RepoName::value, RepoName::new);
    text(SessionId.class, SessionId::value, SessionId::new);
  }

  private void times() {
    text(Instant.class, Timestamps::text, Timestamps::parse);
    written(Duration.class, Encodings::writeDuration);
    read(Duration.class, Timestamps::duration);
  }

  private void enums() {
    pascal(Phase.class);
    pascal(CheckpointReason.class);
    pascal(SessionStatus.class);
    pascal(Session.Type.class);
    pascal(JournalRecord.Outcome.class);
    pascal(JournalRecord.Disposition.class);
    pascal(WorkflowCheckpoint.Status.class);
    pascal(RetryCheckpoint.BreakerState.class);
    text(
        WorktreeRecord.Status.class,
        status -> status.name().toLowerCase(Locale.ROOT),
        name -> constant(WorktreeRecord.Status.class, name));
  }

  private void alternatives() {
    written(FailureReason.class, FailureReasons::write);
    read(FailureReason.class, FailureReasons::read);
    written(CleanupStatus.class, AgentResults::writeCleanup);
    read(CleanupStatus.class, AgentResults::readCleanup);
    written(AgentResult.class, AgentResults::write);
    module.addDeserializer(AgentResult.class, AgentResults.deserializer());
  }

  private <E extends Enum<E>> void pascal(Class<E> type) {
    text(type, Encodings::pascalName, name -> constant(type, name));
  }

  /// `PHASE_TRANSITION` becomes `PhaseTransition`.
  static String pascalName(Enum<?> constant) {
    var name = new StringBuilder();
    for (String word : constant.name().split("_", -1)) {
      name.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
    }
    return name.toString();
  }

  /// Finds a constant in Pascal, snake, kebab or lower case.
  static <E extends Enum<E>> E constant(Class<E> type, String name) {
    String wanted = letters(name);
    for (E constant : type.getEnumConstants()) {
      if (letters(constant.name()).equals(wanted)) {
        return constant;
      }
    }
    throw new IllegalArgumentException("no " + type.getSimpleName() + " is called '" + name + "'");
  }

  static String letters(String name) {
    return name.replace("_", "").replace("-", "").toLowerCase(Locale.ROOT);
  }

  private static void writeDuration(Duration duration, JsonGenerator out) {
    out.writeStartObject();
    out.writeNumberProperty("secs", duration.getSeconds());
    out.writeNumberProperty("nanos", duration.getNano());
    out.writeEndObject();
  }

  private <T> void text(Class<T> type, Function<T, String> write, Function<String, T> read) {
    written(type, (value, out) -> out.writeString(write.apply(value)));
    module.addDeserializer(
        type,
        new StdDeserializer<T>(type) {
          @Override
          public T deserialize(JsonParser in, DeserializationContext context) {
            return read.apply(in.getString());
          }
        });
  }

  @FunctionalInterface
  private interface Spelling<T> {
    void write(T value, JsonGenerator out);
  }

  private <T> void written(Class<T> type, Spelling<T> spelling) {
    module.addSerializer(
        type,
        new StdSerializer<T>(type) {
          @Override
          public void serialize(T value, JsonGenerator out, SerializationContext context) {
            spelling.write(value, out);
          }
        });
  }

  private <T> void read(Class<T> type, Function<JsonNode, T> read) {
    module.addDeserializer(
        type,
        new StdDeserializer<T>(type) {
          @Override
          public T deserialize(JsonParser in, DeserializationContext context) {
            return read.apply(context.readTree(in));
          }
        });
  }
}
