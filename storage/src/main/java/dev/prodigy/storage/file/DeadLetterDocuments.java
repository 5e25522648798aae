package dev.prodigy.storage.file;

import dev.prodigy.model.DeadLetter;
import dev.prodigy.storage.StorageException;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.JsonNode;

/// Dead letters in any document that holds some, in any layout an earlier version wrote.
public final class DeadLetterDocuments {
  private DeadLetterDocuments() {}

  /// @param job as the document says; empty if it does not
  public record Content(String job, List<DeadLetter> letters) {
    public Content {
      letters = List.copyOf(letters);
    }
  }

  /// @throws StorageException if it holds no dead letters
  public static Content read(Path file) {
    try (var in = new FileInputStream(file.toFile())) {
      JsonNode tree = StoredJson.parse(in);
      String job = tree.path("job_id").asString("");
      return new Content(
          job,
          DeadLetterFiles.itemsOf(tree, file).stream()
              .map(item -> StoredJson.value(item, DeadLetter.class))
              .toList());
    } catch (StoredJson.Unreadable e) {
      throw StorageException.damaged(file, e.why());
    } catch (IOException e) {
      throw StorageException.io(file, e);
    }
  }
}
