package dev.prodigy.workflow;

import java.time.Duration;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Looks for a user's pattern without letting it hang the run: some patterns take exponential time
/// on unlucky text, or recurse too deeply. The text handed to the regex engine looks at the clock
/// as it is read.
final class PatiencePattern {

  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private PatiencePattern() {}

  /// False if not found, or not found in time.
  static boolean find(Pattern pattern, String text, Consumer<String> warnings) {
    return find(pattern, text, PATIENCE, warnings);
  }

  static boolean find(Pattern pattern, String text, Duration patience, Consumer<String> warnings) {
    try {
      var clock = new Clock(System.nanoTime() + patience.toNanos());
      return pattern.matcher(new TimedText(text, clock)).find();
    } catch (OutOfPatience | StackOverflowError _) {
      warnings.accept(
          "Pattern '%s' takes too long and counts as no match".formatted(pattern.pattern()));
      return false;
    }
  }

  private static final class OutOfPatience extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutOfPatience() {
      super(null, null, false, false);
    }
  }

  /// Looks at the time only now and then: asking costs more than reading a character.
  private static final class Clock {
    private static final int READS_PER_LOOK = 4096;

    private final long deadline;
    private int reads;

    Clock(long deadline) {
      this.deadline = deadline;
    }

    void read() {
      if (++reads % READS_PER_LOOK == 0 && System.nanoTime() - deadline > 0) {
        throw new OutOfPatience();
      }
    }
  }

  private record TimedText(String text, Clock clock) implements CharSequence {

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public char charAt(int index) {
      clock.read();
      return text.charAt(index);
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return new TimedText(text.substring(start, end), clock);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
