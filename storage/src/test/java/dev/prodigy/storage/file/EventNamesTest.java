package dev.prodigy.storage.file;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.storage.EventTypes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Names of stored events and of their keys are a contract with users and their scripts. Whoever
/// changes a line of `event-names.txt` breaks one.
class EventNamesTest {

  @Test
  void typesAndKeysNeverChange() throws IOException {
    String stored =
        EventSamples.kinds().map(EventNamesTest::described).sorted().collect(joining("\n"));
    try (var contract = EventNamesTest.class.getResourceAsStream("event-names.txt")) {
      assertThat(contract).isNotNull();
      assertThat(stored)
          .isEqualTo(new String(contract.readAllBytes(), StandardCharsets.UTF_8).strip());
    }
  }

  private static String described(Class<?> kind) {
    String keys =
        EventSamples.components(kind).stream().map(EventTypes::snakeCase).collect(joining(", "));
    return keys.isEmpty() ? kind.getSimpleName() : kind.getSimpleName() + ": " + keys;
  }

  @Test
  void everyKindIsKnownToFilters() {
    assertThat(EventTypes.KNOWN)
        .containsAll(EventSamples.kinds().map(Class::getSimpleName).toList())
        .doesNotHaveDuplicates();
  }

  @Test
  void bothSpellingsMeanTheSame() {
    for (String type : EventTypes.KNOWN) {
      assertThat(EventTypes.pascalCase(EventTypes.snakeCase(type))).isEqualTo(type);
      assertThat(EventTypes.pascalCase(type)).isEqualTo(type);
    }
    assertThat(List.of("dlq_item_added", "d_l_q_item_added").stream().map(EventTypes::pascalCase))
        .containsOnly("DLQItemAdded");
  }
}
