package dev.prodigy.storage.file;

import tools.jackson.core.JsonGenerator;
import tools.jackson.core.PrettyPrinter;

/// Two spaces per level, `"key": value`; values below a certain depth in one line each. In a map
/// checkpoint that is one line per work item: as readable, and a third of the size.
final class DocumentPrinter implements PrettyPrinter {
  private final int deepestBroken;
  private int depth;

  /// @param deepestBroken containers inside this many others are written in one line
  DocumentPrinter(int deepestBroken) {
    this.deepestBroken = deepestBroken;
  }

  @Override
  public void writeRootValueSeparator(JsonGenerator out) {
    out.writeRaw('\n');
  }

  @Override
  public void writeStartObject(JsonGenerator out) {
    out.writeRaw('{');
    depth++;
  }

  @Override
  public void beforeObjectEntries(JsonGenerator out) {
    breakLine(out);
  }

  @Override
  public void writeObjectNameValueSeparator(JsonGenerator out) {
    out.writeRaw(depth > deepestBroken ? ":" : ": ");
  }

  @Override
  public void writeObjectEntrySeparator(JsonGenerator out) {
    out.writeRaw(',');
    breakLine(out);
  }

  @Override
  public void writeEndObject(JsonGenerator out, int entries) {
    end(out, entries, '}');
  }

  @Override
  public void writeStartArray(JsonGenerator out) {
    out.writeRaw('[');
    depth++;
  }

  @Override
  public void beforeArrayValues(JsonGenerator out) {
    breakLine(out);
  }

  @Override
  public void writeArrayValueSeparator(JsonGenerator out) {
    out.writeRaw(',');
    breakLine(out);
  }

  @Override
  public void writeEndArray(JsonGenerator out, int values) {
    end(out, values, ']');
  }

  private void end(JsonGenerator out, int members, char close) {
    boolean broken = members > 0 && depth <= deepestBroken;
    depth--;
    if (broken) {
      newLine(out);
    }
    out.writeRaw(close);
  }

  private void breakLine(JsonGenerator out) {
    if (depth <= deepestBroken) {
      newLine(out);
    }
  }

  private void newLine(JsonGenerator out) {
    out.writeRaw('\n');
    for (int i = 0; i < depth; i++) {
      out.writeRaw("  ");
    }
  }
}
