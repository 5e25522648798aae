package dev.prodigy.storage.file;

import dev.prodigy.model.Sha256;
import dev.prodigy.storage.StorageException;
import java.io.BufferedInputStream;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// One checkpoint on disk: a JSON object whose first member, `metadata`, begins with the SHA-256 of
/// the file's exact bytes, taken with the 64 digits of the hash itself as zeros. The digits are
/// filled in when all else is written, so a checkpoint of any size passes through a small buffer.
///
/// A file without a hash was written by another program and is believed; one that has our other
/// marks but no hash has been damaged.
final class CheckpointFile {
  private static final String START = "{\n  \"metadata\": {\n    \"integrity_hash\": \"sha256:";
  private static final int DIGITS = 64;
  private static final String ZEROS = "0".repeat(DIGITS);
  private static final int HEAD_BYTES = 1024;
  private static final Pattern HASH =
      Pattern.compile("\"integrity_hash\"\\s*:\\s*\"sha256:([0-9a-f]{64})\"");

  private CheckpointFile() {}

  /// What a file turned out to be.
  ///
  /// @param metadata absent in files of other programs
  record Content<T>(@Nullable CheckpointMetadata metadata, T body) {}

  /// Writes the file; readers see it whole or not at all.
  ///
  /// @param deepestBroken see [DocumentPrinter]
  /// @param body writes the members after `metadata`
  /// @return its size in bytes
  static long write(
      Documents documents,
      Path file,
      CheckpointMetadata metadata,
      int deepestBroken,
      Consumer<JsonGenerator> body) {
    return write(documents, file, metadata, deepestBroken, body, _ -> {});
  }

  /// @param acceptable sees the size before readers see the file, and throws if it is too much
  static long write(
      Documents documents,
      Path file,
      CheckpointMetadata metadata,
      int deepestBroken,
      Consumer<JsonGenerator> body,
      LongConsumer acceptable) {
    return documents.replace(
        file,
        out -> {
          MessageDigest digest = Sha256.start();
          var stream = new DigestOutputStream(StoredJson.streamTo(out), digest);
          StoredJson.write(
              stream,
              new DocumentPrinter(deepestBroken),
              generator -> {
                generator.writeStartObject();
                metadata.write(generator, "sha256:" + ZEROS);
                body.accept(generator);
                generator.writeEndObject();
              });
          acceptable.accept(out.length());
          fillIn(out, digest.digest());
        });
  }

  private static void fillIn(RandomAccessFile out, byte[] hash) throws IOException {
    out.seek(START.length());
    out.write(HexFormat.of().formatHex(hash).getBytes(StandardCharsets.US_ASCII));
  }

  /// Reads a checkpoint whose tree is small.
  ///
  /// @param body gets the whole document
  /// @throws StoredJson.Unreadable if it is damaged
  static <T> Content<T> read(Path file, Function<JsonNode, T> body) throws IOException {
    try (var in = new RandomAccessFile(file.toFile(), "r")) {
      boolean hashed = verify(in);
      in.seek(0);
      JsonNode tree = StoredJson.parse(streamFrom(in));
      CheckpointMetadata metadata = metadata(file, tree.path("metadata"), hashed);
      return new Content<>(metadata, body.apply(tree));
    }
  }

  /// As [#read], for documents too large for a tree.
  ///
  /// @param body gets the parser behind `metadata`
  static <T> Content<T> stream(Path file, Function<JsonParser, T> body) throws IOException {
    try (var in = new RandomAccessFile(file.toFile(), "r")) {
      boolean hashed = verify(in);
      in.seek(0);
      return StoredJson.streaming(
          streamFrom(in),
          parser -> {
            JsonNode metadata = firstMember(parser);
            return new Content<>(metadata(file, metadata, hashed), body.apply(parser));
          });
    }
  }

  /// The first two members of an intact or damaged file: the metadata, and what follows it if it is
  /// a plain value. For lists, where reading every file to its end would take too long.
  static ObjectNode head(Path file) throws IOException {
    try (var in = new FileInputStream(file.toFile())) {
      return StoredJson.streaming(
          new BufferedInputStream(in, HEAD_BYTES),
          parser -> {
            ObjectNode head = StoredJson.newObject();
            head.set("metadata", firstMember(parser));
            String next = parser.nextName();
            if (next != null && parser.nextToken().isScalarValue()) {
              head.set(next, StoredJson.reader().readTree(parser));
            }
            return head;
          });
    }
  }

  /// Whether it has a hash and the hash is right.
  static boolean isWhole(Path file) throws IOException {
    try (var in = new RandomAccessFile(file.toFile(), "r")) {
      return verify(in);
    }
  }

  private static JsonNode firstMember(JsonParser parser) {
    if (parser.nextToken() != JsonToken.START_OBJECT || !"metadata".equals(parser.nextName())) {
      throw new StoredJson.Unreadable("does not begin with metadata");
    }
    parser.nextToken();
    return StoredJson.reader().readTree(parser);
  }

  private static @Nullable CheckpointMetadata metadata(Path file, JsonNode tree, boolean hashed) {
    int format = tree.path("format_version").asInt(0);
    if (format == 0 && !hashed && !tree.has("integrity_hash")) {
      return null;
    }
    if (!hashed) {
      throw new StoredJson.Unreadable("its integrity hash is missing");
    }
    if (format > CheckpointMetadata.FORMAT) {
      throw StorageException.newerFormat(file, format, CheckpointMetadata.FORMAT);
    }
    return StoredJson.value(tree, CheckpointMetadata.class);
  }

  /// Whether the file has a hash, which is then the right one.
  private static boolean verify(RandomAccessFile in) throws IOException {
    var buffer = new byte[1 << 16];
    int length = Math.max(0, in.read(buffer));
    String head = new String(buffer, 0, Math.min(length, HEAD_BYTES), StandardCharsets.ISO_8859_1);
    Matcher hash = HASH.matcher(head);
    if (!hash.find()) {
      return false;
    }
    MessageDigest digest = Sha256.start();
    Arrays.fill(buffer, hash.start(1), hash.end(1), (byte) '0');
    while (length > 0) {
      digest.update(buffer, 0, length);
      length = in.read(buffer);
    }
    String actual = HexFormat.of().formatHex(digest.digest());
    if (!actual.equals(hash.group(1))) {
      throw new StoredJson.Unreadable(
          "integrity hash at byte %d is %s, the content has %s"
              .formatted(hash.start(1), hash.group(1), actual));
    }
    return true;
  }

  private static InputStream streamFrom(RandomAccessFile file) {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        return file.read();
      }

      @Override
      public int read(byte[] bytes, int from, int length) throws IOException {
        return file.read(bytes, from, length);
      }
    };
  }
}
