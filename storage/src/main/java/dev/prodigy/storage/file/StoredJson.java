package dev.prodigy.storage.file;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import dev.prodigy.storage.StorageException;
import java.io.BufferedOutputStream;
import java.io.CharConversionException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.core.exc.JacksonIOException;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.ObjectWriter;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// How the model's nouns are spelled in documents: snake case keys in the order of a record's
/// components, maps by key, absent values as `null`; [Encodings] has the spelling of values.
final class StoredJson {
  private static final JsonMapper MAPPER = mapper();

  /// For lines and items, where absent values would only cost space.
  private static final JsonMapper LEAN =
      MAPPER
          .rebuild()
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();

  private StoredJson() {}

  private static JsonMapper mapper() {
    var emptyForNull = JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY);
    return JsonMapper.builder()
        .addModule(Encodings.module())
        .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
        .withConfigOverride(List.class, list -> list.setNullHandling(emptyForNull))
        .withConfigOverride(Map.class, map -> map.setNullHandling(emptyForNull))
        .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
        .disable(SerializationFeature.FLUSH_AFTER_WRITE_VALUE) // or each item would be a write
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
        .disable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .disable(JsonWriteFeature.ESCAPE_FORWARD_SLASHES)
        .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
        .disable(StreamReadFeature.AUTO_CLOSE_SOURCE)
        .build();
  }

  /// Text that is not the JSON it should be; whoever knows the file makes it a storage error.
  static final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unreadable(String why) {
      super(why);
    }

    Unreadable(RuntimeException cause) {
      super(firstLine(cause), cause);
    }

    String why() {
      return String.valueOf(getMessage());
    }

    private static String firstLine(RuntimeException cause) {
      if (cause instanceof JacksonException e && e.getOriginalMessage() != null) {
        TokenStreamLocation place = e.getLocation();
        boolean known = place != null && place.getByteOffset() >= 0;
        return e.getOriginalMessage() + (known ? " at byte " + place.getByteOffset() : "");
      }
      return String.valueOf(cause.getMessage());
    }
  }

  /// A value without a JSON form.
  static final class Unwritable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Unwritable(JacksonException cause) {
      super(cause.getOriginalMessage(), cause);
    }
  }

  static JsonNode parse(InputStream in) throws IOException {
    try {
      JsonNode tree = MAPPER.readTree(in);
      if (tree.isMissingNode()) {
        throw new Unreadable("empty");
      }
      return tree;
    } catch (JacksonIOException e) {
      throw readFailure(e);
    } catch (JacksonException e) {
      throw new Unreadable(e);
    }
  }

  /// Zeros at the beginning look like another encoding to the parser.
  private static IOException readFailure(JacksonIOException e) {
    return switch (e.getCause()) {
      case CharConversionException _ -> throw new Unreadable("its first bytes are no text");
      case IOException cause -> cause;
      case null -> new IOException(e.getOriginalMessage(), e);
    };
  }

  /// Reads with a parser that stands before the first token.
  static <T> T streaming(InputStream in, Function<JsonParser, T> body) throws IOException {
    try (var parser = MAPPER.createParser(in)) {
      return body.apply(parser);
    } catch (JacksonIOException e) {
      throw readFailure(e);
    } catch (Unreadable | StorageException e) {
      throw e;
    } catch (RuntimeException e) {
      // Whatever a foreign file makes the parser or a constructor of the model throw.
      throw new Unreadable(e);
    }
  }

  static ObjectNode newObject() {
    return MAPPER.createObjectNode();
  }

  static ArrayNode newArray() {
    return MAPPER.createArrayNode();
  }

  static JsonNode tree(Object value) {
    return MAPPER.valueToTree(value);
  }

  static <T> T value(JsonNode tree, Class<T> type) {
    try {
      T value = MAPPER.treeToValue(tree, type);
      Completeness.check(value);
      return value;
    } catch (Unreadable e) {
      throw e;
    } catch (RuntimeException e) {
      // Whatever a foreign file makes the parser or a constructor of the model throw.
      throw new Unreadable(e);
    }
  }

  /// Writes with the lean spelling into a generator that is already open.
  static ObjectWriter lean() {
    return LEAN.writer();
  }

  static ObjectReader readerFor(Class<?> type) {
    return MAPPER.readerFor(type).without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  static ObjectReader reader() {
    return MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
  }

  /// A whole document: two spaces per level, one newline at the end.
  static void write(RandomAccessFile file, Consumer<JsonGenerator> body) throws IOException {
    write(streamTo(file), new DocumentPrinter(Integer.MAX_VALUE), body);
  }

  static void write(OutputStream out, DocumentPrinter printer, Consumer<JsonGenerator> body)
      throws IOException {
    var buffered = new BufferedOutputStream(out, 1 << 16);
    try (var generator = MAPPER.writer().with(printer).createGenerator(buffered)) {
      body.accept(generator);
    } catch (JacksonIOException e) {
      throw e.getCause();
    } catch (JacksonException e) {
      throw new Unwritable(e);
    }
    buffered.write('\n');
    buffered.flush();
  }

  /// One line, without its end.
  static void writeLine(OutputStream out, Consumer<JsonGenerator> body) throws IOException {
    try (var generator = LEAN.writer().createGenerator(out)) {
      body.accept(generator);
    } catch (JacksonIOException e) {
      throw e.getCause();
    } catch (JacksonException e) {
      throw new Unwritable(e);
    }
  }

  static OutputStream streamTo(RandomAccessFile file) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        file.write(b);
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        file.write(bytes, from, length);
      }
    };
  }
}
