package dev.prodigy.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.prodigy.model.AgentResult;
import dev.prodigy.model.CheckpointReason;
import dev.prodigy.model.CleanupStatus;
import dev.prodigy.model.FailureReason;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.Json;
import dev.prodigy.model.Session;
import dev.prodigy.model.WorktreeRecord;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class EncodingsTest {
  private static String written(Object value) {
    return Json.text(StoredJson.tree(value));
  }

  private static <T> T read(String text, Class<T> type) {
    return StoredJson.value(Json.parse(text), type);
  }

  @Test
  void timesHaveThreeDecimalsAndAnyPrecisionIsRead() {
    assertThat(written(Instant.parse("2025-01-11T12:00:00Z")))
        .isEqualTo("\"2025-01-11T12:00:00.000Z\"");
    assertThat(written(Instant.parse("2025-01-11T12:00:00.123999Z")))
        .isEqualTo("\"2025-01-11T12:00:00.123Z\"");
    assertThat(read("\"2025-01-11T13:00:00.5+01:00\"", Instant.class))
        .isEqualTo(Instant.parse("2025-01-11T12:00:00.5Z"));
  }

  @Test
  void durationsAreSecondsAndNanosAndOtherFormsAreRead() {
    assertThat(written(Duration.ofMillis(45_500))).isEqualTo("{\"secs\":45,\"nanos\":500000000}");
    for (String form : new String[] {"{\"secs\":45,\"nanos\":0}", "[45,0]", "45", "\"45s\""}) {
      assertThat(read(form, Duration.class)).as(form).isEqualTo(Duration.ofSeconds(45));
    }
    assertThat(read("1.5", Duration.class)).isEqualTo(Duration.ofMillis(1500));
    assertThat(read("\"250ms\"", Duration.class)).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void enumsArePascalCaseAndOtherCasesAreRead() {
    assertThat(written(CheckpointReason.PHASE_TRANSITION)).isEqualTo("\"PhaseTransition\"");
    assertThat(written(Session.Type.MAP_REDUCE)).isEqualTo("\"MapReduce\"");
    assertThat(written(WorktreeRecord.Status.CLEANED_UP)).isEqualTo("\"cleaned_up\"");
    assertThat(read("\"phase_transition\"", CheckpointReason.class))
        .isEqualTo(CheckpointReason.PHASE_TRANSITION);
    assertThat(read("\"mapreduce\"", Session.Type.class)).isEqualTo(Session.Type.MAP_REDUCE);
    assertThat(read("\"InProgress\"", WorktreeRecord.Status.class))
        .isEqualTo(WorktreeRecord.Status.IN_PROGRESS);
    assertThatExceptionOfType(StoredJson.Unreadable.class)
        .isThrownBy(() -> read("\"Soon\"", CheckpointReason.class));
  }

  @Test
  void failureReasonsCarryTheirData() {
    assertThat(written(new FailureReason.Timeout())).isEqualTo("\"Timeout\"");
    assertThat(written(new FailureReason.CommandFailed(7)))
        .isEqualTo("{\"CommandFailed\":{\"exit_code\":7}}");
    assertThat(written(new FailureReason.CommitValidationFailed(null)))
        .isEqualTo("\"CommitValidationFailed\"");
    assertThat(read("\"merge_conflict\"", FailureReason.class))
        .isEqualTo(new FailureReason.MergeConflict());
    assertThat(read("\"SomethingNew\"", FailureReason.class))
        .isEqualTo(new FailureReason.Unknown());
  }

  @Test
  void aFailedResultTellsItsErrorOnceAndEmptyMembersNotAtAll() {
    AgentResult failed =
        read(
            "{\"item_id\":\"item_0\",\"status\":{\"Failed\":\"boom\"},\"duration\":[1,0]}",
            AgentResult.class);

    assertThat(failed.status()).isEqualTo(AgentResult.Status.FAILED);
    assertThat(failed.error()).isEqualTo("boom");
    assertThat(written(failed))
        .isEqualTo(
            "{\"item_id\":\"item_0\",\"status\":{\"Failed\":\"boom\"},"
                + "\"duration\":{\"secs\":1,\"nanos\":0},\"attempt\":0}");
  }

  @Test
  void anyResultAndReasonComesBack() {
    for (long seed = 0; seed < 300; seed++) {
      var samples = new Samples(seed);
      AgentResult result = samples.result(ItemId.of(1));
      FailureReason reason = samples.reason();
      assertThat(read(written(result), AgentResult.class)).as("seed %d", seed).isEqualTo(result);
      assertThat(read(written(reason), FailureReason.class)).as("seed %d", seed).isEqualTo(reason);
    }
    assertThat(read(written(new CleanupStatus.Failed("x")), CleanupStatus.class))
        .isEqualTo(new CleanupStatus.Failed("x"));
  }
}
