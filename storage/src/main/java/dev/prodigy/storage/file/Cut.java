package dev.prodigy.storage.file;

import java.util.List;
import java.util.Map;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/// How much of long values goes into a line. What is left out is said in its place.
///
/// @param textBytes the most of one text
/// @param entries the most of one list or object
/// @param depth the most levels of lists and objects within each other
record Cut(int textBytes, int entries, int depth) {
  /// The first is the usual one; the others make an unusually large event fit into its line.
  static final List<Cut> EVER_SHORTER =
      List.of(
          new Cut(16 << 10, Integer.MAX_VALUE, 100),
          new Cut(2 << 10, 500, 10),
          new Cut(256, 20, 3),
          new Cut(32, 4, 0));

  private static final int LONGEST_UTF8 = 3; // bytes per char of a string

  /// What stands for something left out.
  static String omitted(long count, String what) {
    return "…[truncated " + count + " " + what + "]";
  }

  String text(String text) {
    if ((long) text.length() * LONGEST_UTF8 <= textBytes) {
      return text;
    }
    int bytes = 0;
    int keptChars = -1;
    int keptBytes = 0;
    for (int i = 0; i < text.length(); ) {
      int point = text.codePointAt(i);
      int size = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (keptChars < 0 && bytes + size > textBytes) {
        keptChars = i;
        keptBytes = bytes;
      }
      bytes += size;
      i += Character.charCount(point);
    }
    return keptChars < 0
        ? text
        : text.substring(0, keptChars).concat(omitted(bytes - keptBytes, "bytes"));
  }

  int entries(int size) {
    return Math.min(size, entries);
  }

  void write(JsonNode node, JsonGenerator out) {
    write(node, out, 0);
  }

  private void write(JsonNode node, JsonGenerator out, int level) {
    switch (node.getNodeType()) {
      case OBJECT -> object(node, out, level);
      case ARRAY -> array(node, out, level);
      case STRING -> out.writeString(text(node.stringValue()));
      case NUMBER -> number(node, out);
      case BOOLEAN -> out.writeBoolean(node.booleanValue());
      case NULL, MISSING -> out.writeNull();
      case BINARY, POJO -> out.writeString(text(node.asString()));
    }
  }

  private static void number(JsonNode node, JsonGenerator out) {
    if (node.isIntegralNumber()) {
      out.writeNumber(node.bigIntegerValue());
    } else if (node.isBigDecimal()) {
      out.writeNumber(node.decimalValue());
    } else {
      out.writeNumber(node.doubleValue());
    }
  }

  private void object(JsonNode node, JsonGenerator out, int level) {
    if (level >= depth && !node.isEmpty()) {
      out.writeString(omitted(node.size(), "entries"));
      return;
    }
    out.writeStartObject();
    int left = entries(node.size());
    for (Map.Entry<String, JsonNode> field : node.properties()) {
      if (left-- == 0) {
        out.writeNumberProperty("…truncated", node.size() - entries(node.size()));
        break;
      }
      out.writeName(text(field.getKey()));
      write(field.getValue(), out, level + 1);
    }
    out.writeEndObject();
  }

  private void array(JsonNode node, JsonGenerator out, int level) {
    if (level >= depth && !node.isEmpty()) {
      out.writeString(omitted(node.size(), "entries"));
      return;
    }
    out.writeStartArray();
    int kept = entries(node.size());
    for (int i = 0; i < kept; i++) {
      write(node.get(i), out, level + 1);
    }
    if (kept < node.size()) {
      out.writeString(omitted(node.size() - kept, "entries"));
    }
    out.writeEndArray();
  }
}
