package dev.prodigy.agent;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// Copies a stream into a log, byte for byte but for secrets. Whole lines pass at once; of a line
/// longer than 64 KiB as much as cannot contain half a secret.
final class MaskedLog implements ByteSink {
  private static final int LONGEST_HELD = 64 * 1024;

  private final LogFile log;
  private final SecretMasker masker;
  private final ByteArrayOutputStream held = new ByteArrayOutputStream();

  private MaskedLog(LogFile log, SecretMasker masker) {
    this.log = log;
    this.masker = masker;
  }

  static ByteSink of(LogFile log, SecretMasker masker) {
    return masker.isEmpty() ? log::append : new MaskedLog(log, masker);
  }

  @Override
  public void accept(byte[] buffer, int length) {
    int lines = length;
    while (lines > 0 && buffer[lines - 1] != '\n') {
      lines--;
    }
    held.write(buffer, 0, lines);
    if (lines > 0) {
      passOn(held.size());
    }
    held.write(buffer, lines, length - lines);
    if (held.size() > LONGEST_HELD) {
      passOn(masker.safeCut(heldText()));
    }
  }

  @Override
  public void end() {
    passOn(held.size());
  }

  private void passOn(int length) {
    String text = heldText();
    byte[] masked = latin(masker.maskBytes(text.substring(0, length)));
    log.append(masked, masked.length);
    held.reset();
    held.writeBytes(latin(text.substring(length)));
  }

  private String heldText() {
    return held.toString(StandardCharsets.ISO_8859_1);
  }

  private static byte[] latin(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
