package dev.prodigy.agent;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What passes bytes on: however they are cut into chunks, the outcome is the same.
class OutputTest {
  private static final String SECRET = "geheim-pässwort-123";

  @TempDir Path directory;

  @Test
  void keepsUpToOneMebibyteWhole() {
    byte[] bytes = "x".repeat(2 * BoundedOutput.HALF).getBytes(UTF_8);

    assertThat(bounded(bytes, new Random(1)).text()).hasSize(bytes.length);
  }

  @Test
  void keepsTheFirstAndLastHalfOfMore() {
    String head = "h".repeat(BoundedOutput.HALF);
    String tail = "t".repeat(BoundedOutput.HALF);
    byte[] bytes = (head + "m".repeat(12_345) + tail).getBytes(UTF_8);

    BoundedOutput output = bounded(bytes, new Random(2));

    assertThat(output.text()).isEqualTo(head + "\n…truncated 12345 bytes…\n" + tail);
    assertThat(output.totalBytes()).isEqualTo(bytes.length);
  }

  @Test
  void truncationCutsNoCharacterInTwo() {
    for (int shift = 0; shift < 4; shift++) {
      byte[] bytes = ("a".repeat(shift) + "€😀".repeat(200_000)).getBytes(UTF_8);

      String text = bounded(bytes, new Random(shift)).text();

      assertThat(text).doesNotContain("\uFFFD");
      long missing = Long.parseLong(text.replaceAll("(?s).*…truncated (\\d+) bytes….*", "$1"));
      String kept = text.replaceFirst("\n…truncated \\d+ bytes…\n", "");
      assertThat(kept.getBytes(UTF_8).length + missing).isEqualTo(bytes.length);
    }
  }

  @Test
  void secretsAreMaskedInTheLogWhereverTheChunksEnd() throws IOException {
    byte[] text = ("a " + SECRET + " b\n" + SECRET + "\nlast " + SECRET).getBytes(UTF_8);
    for (int cut = 0; cut <= text.length; cut++) {
      Path file = directory.resolve("cut-" + cut);
      try (var log = new LogFile(file)) {
        ByteSink sink = MaskingSink.of(log::append, new SecretMasker(List.of(SECRET)));
        sink.accept(text, cut);
        byte[] rest = Arrays.copyOfRange(text, cut, text.length);
        sink.accept(rest, rest.length);
        sink.end();
      }
      assertThat(Files.readString(file)).isEqualTo("a *** b\n***\nlast ***");
    }
  }

  @Test
  void aSecretBrokenOverLinesIsMaskedHoweverItArrives() {
    var masker = new SecretMasker(List.of("0123456789abcdef", "line-one\nx\nline-three"));
    String base64 = Base64.getMimeEncoder(20, new byte[] {'\n'}).encodeToString(LONG_KEY);
    var withKey = new SecretMasker(List.of(new String(LONG_KEY, UTF_8)));
    var pem = new SecretMasker(List.of("----BEGIN----\nq\n----END----"));
    for (long seed = 1; seed <= 50; seed++) {
      var random = new Random(seed);
      for (int width = 1; width < 16; width++) {
        String broken = "0123456789abcdef".replaceAll("(.{%d})".formatted(width), "$1\n");
        String seen = passed(masker, "start\n" + broken + "\nend\n", random);
        assertThat(seen).as("seed %d", seed).startsWith("start\n").endsWith("\nend\n");
        assertThat(seen.replaceAll("\\s|\\*|start|end", "")).hasSizeLessThan(4);
      }
      assertThat(passed(masker, "a\nline-one\nx\nline-three\nb\n", random))
          .isEqualTo("a\n***\n***\n***\nb\n");
      assertThat(passed(pem, "k=----BEGIN----\nq\n----END----\nb\n", random))
          .isEqualTo("k=***\n***\n***\nb\n");
      assertThat(passed(withKey, base64 + "\n", random)).matches("(\\*{3}.{0,3}\n)+");
    }
  }

  private static final byte[] LONG_KEY = "k3y-".repeat(40).getBytes(UTF_8);

  private static String passed(SecretMasker masker, String text, Random random) {
    var seen = new ByteArrayOutputStream();
    inChunks(
        text.getBytes(UTF_8),
        random,
        12,
        MaskingSink.of((bytes, length) -> seen.write(bytes, 0, length), masker));
    return seen.toString(UTF_8);
  }

  @Test
  void anyBytesReachTheLogUnchangedExceptSecrets() throws IOException {
    for (long seed = 1; seed <= 20; seed++) {
      var random = new Random(seed);
      byte[] noise = new byte[100_000 + random.nextInt(200_000)];
      random.nextBytes(noise);
      String text = withoutLineEnds(new String(noise, ISO_8859_1), random.nextBoolean());
      int at = random.nextInt(text.length());
      String secret = new String(SECRET.getBytes(UTF_8), ISO_8859_1);
      byte[] bytes = (text.substring(0, at) + secret + text.substring(at)).getBytes(ISO_8859_1);
      Path file = directory.resolve("seed-" + seed);
      try (var log = new LogFile(file)) {
        ByteSink sink = MaskingSink.of(log::append, new SecretMasker(List.of(SECRET)));
        inChunks(bytes, random, sink);
      }

      assertThat(new String(Files.readAllBytes(file), ISO_8859_1))
          .as("seed %d", seed)
          .isEqualTo(text.substring(0, at) + "***" + text.substring(at));
    }
  }

  @Test
  void linesAreTheSameHoweverTheyArrive() {
    for (long seed = 1; seed <= 50; seed++) {
      var random = new Random(seed);
      var expected = new ArrayList<String>();
      for (int i = random.nextInt(40); i >= 0; i--) {
        expected.add("l".repeat(random.nextInt(100)));
      }
      expected.add("without line end");
      var lines = new ArrayList<String>();
      var splitter =
          new LineSplitter(
              1000, SecretMasker.NONE, (line, _, _) -> lines.add(new String(line, UTF_8)));

      inChunks(String.join("\n", expected).getBytes(UTF_8), random, splitter);

      assertThat(lines).as("seed %d", seed).isEqualTo(expected);
    }
  }

  @Test
  void aLineOverTheLimitComesInPiecesThatCutNoSecret() {
    String line = ("x".repeat(30) + SECRET).repeat(100);
    var masker = new SecretMasker(List.of(SECRET));
    var text = new StringBuilder();
    var splitter =
        new LineSplitter(
            64,
            masker,
            (piece, whole, last) -> {
              assertThat(whole).isFalse();
              text.append(masker.mask(new String(piece, UTF_8))).append(last ? "|" : "");
            });

    inChunks((line + "\n").getBytes(UTF_8), new Random(5), 50, splitter);

    assertThat(text).hasToString(("x".repeat(30) + "***").repeat(100) + "|");
  }

  @Test
  void aFullLogEndsWithANotice() throws IOException {
    Path file = directory.resolve("full");
    try (var log = new LogFile(file, 10, "the rest is missing\n")) {
      log.append("12345678\n".getBytes(UTF_8), 9);
      log.append("second\n".getBytes(UTF_8), 7);
      log.append("3\n".getBytes(UTF_8), 2);
    }

    assertThat(file).hasContent("12345678\nthe rest is missing\n");
  }

  private static BoundedOutput bounded(byte[] bytes, Random random) {
    var output = new BoundedOutput();
    inChunks(bytes, random, output);
    return output;
  }

  private static void inChunks(byte[] bytes, Random random, ByteSink sink) {
    inChunks(bytes, random, 20_000, sink);
  }

  private static void inChunks(byte[] bytes, Random random, int longest, ByteSink sink) {
    int from = 0;
    while (from < bytes.length) {
      int length = Math.min(bytes.length - from, 1 + random.nextInt(longest));
      sink.accept(Arrays.copyOfRange(bytes, from, from + length), length);
      from += length;
    }
    sink.end();
  }

  private static String withoutLineEnds(String text, boolean without) {
    return without ? text.replace('\n', ' ') : text;
  }
}
