package dev.prodigy.storage.verify;

import dev.prodigy.storage.StorageException;
import java.io.CharConversionException;
import java.io.FileInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonFactory;

/// Whether a file is exactly one JSON value, and where it stops being one. Holds one token.
final class DocumentSyntax {
  private static final JsonFactory FACTORY = new JsonFactory();

  private DocumentSyntax() {}

  record Fault(long offset, String why) {}

  /// Empty also if the file has gone.
  static Optional<Fault> fault(Path file) {
    try (var in = new FileInputStream(file.toFile());
        JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), in)) {
      return read(parser);
    } catch (JacksonIOException e) {
      if (e.getCause() instanceof CharConversionException) {
        return Optional.of(new Fault(0, "not JSON: its first bytes are no text"));
      }
      throw StorageException.io(file, new IOException(e.getOriginalMessage(), e));
    } catch (JacksonException e) {
      TokenStreamLocation place = e.getLocation();
      return Optional.of(
          new Fault(place == null ? 0 : Math.max(0, place.getByteOffset()), message(e)));
    } catch (IOException e) {
      if (!Files.exists(file)) {
        return Optional.empty();
      }
      throw StorageException.io(file, e);
    }
  }

  private static Optional<Fault> read(JsonParser parser) {
    JsonToken first = parser.nextToken();
    if (first == null) {
      return Optional.of(new Fault(0, "empty"));
    }
    parser.skipChildren();
    if (parser.currentToken() == null) {
      return Optional.of(new Fault(parser.currentLocation().getByteOffset(), "it ends too early"));
    }
    long end = parser.currentLocation().getByteOffset();
    return parser.nextToken() == null
        ? Optional.empty()
        : Optional.of(new Fault(end, "something follows its end"));
  }

  private static String message(JacksonException e) {
    String text = e.getOriginalMessage();
    return "not JSON: " + (text == null ? "unreadable" : text.lines().findFirst().orElse(""));
  }
}
