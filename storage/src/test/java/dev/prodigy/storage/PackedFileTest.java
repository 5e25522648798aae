package dev.prodigy.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Archived segments: gzip to others, readable from anywhere for us.
class PackedFileTest {
  @TempDir Path home;

  @Test
  void anArchiveIsGzipAndReadsBackFromEveryPosition() throws IOException {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    for (int size : new int[] {0, 1, PackedFile.BLOCK, PackedFile.BLOCK + 1, 1_000_000}) {
      byte[] text = text(random, size);
      Path file = home.resolve("events_archive_" + size + ".jsonl.gz");
      Files.write(file, packed(text, random));

      assertThat(unzipped(Files.readAllBytes(file))).as("seed " + seed).isEqualTo(text);
      Segment segment = Segment.ofFile(file);
      assertThat(segment.size()).isEqualTo(size);
      for (int i = 0; i < 50; i++) {
        int from = size == 0 ? 0 : random.nextInt(size);
        int length = random.nextInt(Math.min(size - from, 400_000) + 1);
        assertThat(read(segment, from, length))
            .as("seed %d, %d bytes from %d", seed, length, from)
            .isEqualTo(Arrays.copyOfRange(text, from, from + length));
      }
    }
  }

  @Test
  void aFlippedByteIsNoticed() throws IOException {
    byte[] packed = packed(text(new Random(1), 500_000), new Random(2));
    packed[packed.length / 3] ^= 1;
    Path file = Files.write(home.resolve("events-1.jsonl.gz"), packed);
    Segment segment = Segment.ofFile(file);
    assertThatThrownBy(() -> EventFiles.batch(List.of(segment), EventFilter.ALL))
        .isInstanceOf(StorageException.class)
        .hasMessageContaining(file.toString())
        .hasMessageContaining("damaged");
  }

  @Test
  void eventsInAnArchiveAreReadInEitherDirection() throws IOException {
    List<String> lines = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 30_000; i++) {
      lines.add(line(i));
      text.append(lines.getLast()).append('\n');
    }
    byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
    for (byte[] kept : List.of(packed(bytes, new Random(3)), gzip(bytes), bytes)) {
      Path file = Files.write(home.resolve("events-20250111120000000.jsonl.gz"), kept);
      List<Segment> segments = List.of(Segment.ofFile(file));
      assertThat(EventFiles.batch(segments, EventFilter.ALL))
          .extracting(EventLine::text)
          .isEqualTo(lines);
      List<EventLine> newest = new ArrayList<>();
      EventFiles.newest(segments, EventFilter.ALL, 1000, newest::add);
      assertThat(newest.reversed())
          .extracting(EventLine::text)
          .isEqualTo(lines.subList(29_000, 30_000));
    }
  }

  private static String line(int i) {
    return "{\"type\":\"AgentStarted\",\"id\":\"%d\",\"timestamp\":\"2025-01-11T12:00:00.000Z\","
            .formatted(i)
        + "\"job_id\":\"j\"}";
  }

  private static byte[] text(Random random, int size) {
    byte[] text = new byte[size];
    for (int i = 0; i < size; i++) {
      text[i] = (byte) (random.nextInt(40) == 0 ? '\n' : 'a' + random.nextInt(4));
    }
    return text;
  }

  private static byte[] packed(byte[] text, Random random) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (OutputStream out = new PackedOutput(file)) {
      for (int at = 0; at < text.length; ) {
        int some = Math.min(random.nextInt(100_000) + 1, text.length - at);
        out.write(text, at, some);
        at += some;
      }
    }
    return file.toByteArray();
  }

  private static byte[] gzip(byte[] text) throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(file)) {
      out.write(text);
    }
    return file.toByteArray();
  }

  private static byte[] unzipped(byte[] packed) throws IOException {
    try (var in = new GZIPInputStream(new ByteArrayInputStream(packed))) {
      return in.readAllBytes();
    }
  }

  private static byte[] read(Segment segment, long from, int length) throws IOException {
    byte[] read = new byte[length];
    try (SegmentFile file = Objects.requireNonNull(SegmentFile.open(segment))) {
      for (int at = 0; at < length; ) {
        at += file.read(from + at, read, at, length - at);
      }
    }
    return read;
  }
}
