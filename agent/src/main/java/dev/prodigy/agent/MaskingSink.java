package dev.prodigy.agent;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Passes a stream on, byte for byte but for secrets. Whole lines pass at once, unless the last of
/// them ends as a secret begins: then it waits for the next. Of a line longer than 64 KiB as much
/// passes as cannot contain half a secret.
final class MaskingSink implements ByteSink {
  private static final int LONGEST_HELD = 64 * 1024;

  private final ByteSink next;
  private final SecretMasker masker;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();

  /// The end of what was passed on, as it was: a secret may begin there.
  private String before = "";

  private MaskingSink(ByteSink next, SecretMasker masker) {
    this.next = next;
    this.masker = masker;
  }

  static ByteSink of(ByteSink next, SecretMasker masker) {
    return masker.isEmpty() ? next : new MaskingSink(next, masker);
  }

  @Override
  public void accept(byte[] buffer, int length) {
    held.write(buffer, 0, length);
    boolean newLines = false;
    for (int i = 0; i < length && !newLines; i++) {
      newLines = buffer[i] == '\n';
    }
    if (!newLines && held.size() <= LONGEST_HELD) {
      return;
    }
    String text = heldText();
    int lines = text.lastIndexOf('\n') + 1;
    int ready = masker.mayGoOn(before, text.substring(0, lines));
    passOn(text, text.length() - ready > LONGEST_HELD ? masker.safeCut(text) : ready);
  }

  @Override
  public void end() {
    String text = heldText();
    passOn(text, text.length());
    next.end();
  }

  private void passOn(String text, int length) {
    if (length == 0) {
      return;
    }
    String passed = text.substring(0, length);
    byte[] masked = latin(masker.maskBytes(before, passed));
    before = end(before + passed);
    held.reset();
    held.writeBytes(latin(text.substring(length)));
    next.accept(masked, masked.length);
  }

  private String end(String text) {
    return text.substring(Math.max(0, text.length() - 2 * masker.longestBytes()));
  }

  private String heldText() {
    return held.toString(StandardCharsets.ISO_8859_1);
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
