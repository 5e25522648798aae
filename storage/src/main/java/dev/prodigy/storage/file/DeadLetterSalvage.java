package dev.prodigy.storage.file;

import dev.prodigy.model.DeadLetter;
import dev.prodigy.storage.StorageException;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;

/// What can still be read of a damaged dead letter document: every whole item up to the damage.
public final class DeadLetterSalvage {
  private DeadLetterSalvage() {}

  public static List<DeadLetter> readable(Path document) {
    var found = new ArrayList<DeadLetter>();
    try (var in = new FileInputStream(document.toFile())) {
      return StoredJson.streaming(
          in,
          parser -> {
            if (atItems(parser)) {
              items(parser, found);
            }
            return found;
          });
    } catch (StoredJson.Unreadable _) { // from here on nothing can be read
      return found;
    } catch (IOException e) {
      throw StorageException.io(document, e);
    }
  }

  private static boolean atItems(JsonParser parser) {
    JsonToken token = parser.nextToken();
    if (token == JsonToken.START_OBJECT) {
      for (String name = parser.nextName(); name != null; name = parser.nextName()) {
        token = parser.nextToken();
        if (name.equals("items")) {
          break;
        }
        parser.skipChildren();
      }
    }
    return token == JsonToken.START_ARRAY;
  }

  /// One bad item does not spoil the next.
  private static void items(JsonParser parser, List<DeadLetter> into) {
    while (parser.nextToken() == JsonToken.START_OBJECT) {
      item(StoredJson.reader().readTree(parser)).ifPresent(into::add);
    }
  }

  private static Optional<DeadLetter> item(JsonNode tree) {
    try {
      return Optional.of(StoredJson.value(tree, DeadLetter.class));
    } catch (StoredJson.Unreadable _) { // the original is kept
      return Optional.empty();
    }
  }
}
