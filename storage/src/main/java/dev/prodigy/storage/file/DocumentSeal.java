package dev.prodigy.storage.file;

import dev.prodigy.storage.StorageException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The checksum of a document that has no other protection: its last member, `crc`, is the CRC-32C
/// of the file's bytes before the comma in front of it. A document with a wrong one, or none, is
/// still read, since a user may have edited it.
public final class DocumentSeal {
  private static final String KEY = "crc";
  private static final String NONE =
      "its checksum is missing: edited, damaged, or written by another program";
  private static final String FORMAT = ",\n  \"crc\": \"%s\"\n}\n";
  private static final Pattern WRITTEN = Pattern.compile(",\n {2}\"crc\": \"([0-9a-f]{8})\"\n}\n");
  private static final int LENGTH = FORMAT.formatted("01234567").length();

  private DocumentSeal() {}

  /// A document as it was read.
  ///
  /// @param tree without the checksum
  /// @param sealed whether it has a checksum
  /// @param fault what is wrong with the checksum
  record Read(JsonNode tree, boolean sealed, Optional<String> fault) {}

  static Read read(byte[] content) throws IOException {
    JsonNode tree = StoredJson.parse(new ByteArrayInputStream(content));
    boolean sealed = tree instanceof ObjectNode object && object.remove(KEY) != null;
    return new Read(tree, sealed, fault(content, sealed));
  }

  /// The whole text of the document, for an object with at least one member.
  static byte[] write(ObjectNode tree) throws IOException {
    tree.remove(KEY);
    var out = new ByteArrayOutputStream();
    StoredJson.write(
        out, new DocumentPrinter(Integer.MAX_VALUE), generator -> generator.writeTree(tree));
    byte[] plain = out.toByteArray();
    int end = plain.length - "\n}\n".length();
    var sealed = new ByteArrayOutputStream(end + LENGTH);
    sealed.write(plain, 0, end);
    sealed.writeBytes(FORMAT.formatted(crc(plain, end)).getBytes(StandardCharsets.US_ASCII));
    return sealed.toByteArray();
  }

  /// What is wrong with the checksum of a document that must have one. Empty if nothing is, or if
  /// it is no JSON document: that is told elsewhere.
  public static Optional<String> problem(Path file) {
    try {
      Read read = read(Files.readAllBytes(file));
      return read.sealed() || !read.tree().isObject() ? read.fault() : Optional.of(NONE);
    } catch (StoredJson.Unreadable _) {
      return Optional.empty();
    } catch (NoSuchFileException | FileNotFoundException _) { // gone meanwhile
      return Optional.empty();
    } catch (IOException e) {
      throw StorageException.io(file, e);
    }
  }

  /// Gives the document, as it stands, a checksum that fits.
  public static void renew(Path file) {
    try {
      if (read(Files.readAllBytes(file)).tree() instanceof ObjectNode tree) {
        byte[] sealed = write(tree);
        PrivateFiles.replace(file, out -> out.write(sealed));
      }
    } catch (StoredJson.Unreadable e) {
      throw StorageException.damaged(file, e.why());
    } catch (IOException e) {
      throw StorageException.io(file, e);
    }
  }

  private static Optional<String> fault(byte[] content, boolean sealed) {
    int end = content.length - LENGTH;
    var last =
        WRITTEN.matcher(
            end > 0 ? new String(content, end, LENGTH, StandardCharsets.ISO_8859_1) : "");
    if (last.matches()) {
      String actual = crc(content, end);
      return actual.equals(last.group(1))
          ? Optional.empty()
          : Optional.of(
              "checksum %s expected, %s found: edited or damaged".formatted(last.group(1), actual));
    }
    return sealed ? Optional.of("its last lines were edited or damaged") : Optional.empty();
  }

  private static String crc(byte[] content, int length) {
    var crc = new CRC32C();
    crc.update(content, 0, length);
    return HexFormat.of().toHexDigits((int) crc.getValue());
  }
}
