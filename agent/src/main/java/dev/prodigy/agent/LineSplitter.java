package dev.prodigy.agent;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Cuts a stream into lines. A line longer than the limit comes in pieces, cut so that no secret is
/// in two of them.
final class LineSplitter implements ByteSink {

  interface Lines {
    /// @param bytes without the line end
    /// @param whole false for all pieces of a line over the limit
    /// @param last true where the line ends with these bytes
    void line(byte[] bytes, boolean whole, boolean last);
  }

  private final int limit;
  private final SecretMasker masker;
  private final Lines lines;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();
  private boolean inPieces;

  LineSplitter(int limit, SecretMasker masker, Lines lines) {
    this.limit = limit;
    this.masker = masker;
    this.lines = lines;
  }

  @Override
  public void accept(byte[] buffer, int length) {
    int start = 0;
    for (int i = 0; i < length; i++) {
      if (buffer[i] == '\n') {
        held.write(buffer, start, i - start);
        endLine();
        start = i + 1;
      }
    }
    held.write(buffer, start, length - start);
    if (held.size() > limit) {
      passPiece();
    }
  }

  @Override
  public void end() {
    if (held.size() > 0) {
      endLine();
    }
  }

  private void endLine() {
    byte[] line = held.toByteArray();
    held.reset();
    boolean whole = !inPieces;
    inPieces = false;
    lines.line(line, whole, true);
  }

  private void passPiece() {
    String text = held.toString(StandardCharsets.ISO_8859_1);
    int cut = masker.safeCut(text);
    byte[] rest = text.substring(cut).getBytes(StandardCharsets.ISO_8859_1);
    held.reset();
    held.writeBytes(rest);
    inPieces = true;
    lines.line(text.substring(0, cut).getBytes(StandardCharsets.ISO_8859_1), false, false);
  }

  /// Sends each line to someone who watches, decoded and masked.
  static ByteSink live(CommandSpec spec, boolean stderr) {
    var lines =
        new LineSplitter(
            64 * 1024,
            SecretMasker.NONE,
            (bytes, _, _) -> {
              String text = new String(bytes, StandardCharsets.UTF_8);
              String line = text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
              spec.live().accept(new OutputLine(stderr, line));
            });
    return MaskingSink.of(lines, spec.masker());
  }
}
