package dev.prodigy.workflow.expression;

import java.time.Duration;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/// Searches with regular expressions that cannot run away: a pattern such as `(a+)+b` takes time
/// exponential in the text, so every search has one second.
public final class BoundedRegex {
  private static final Duration LIMIT = Duration.ofSeconds(1);
  private static final int READS_BETWEEN_CHECKS = 1024;

  private BoundedRegex() {}

  /// Does the pattern occur in the text? False, with a warning, if that cannot be found out.
  ///
  /// @param compiled the pattern, if it was known in advance
  public static boolean finds(
      @Nullable Pattern compiled, String regex, String text, Rendering options) {
    try {
      Pattern pattern = compiled == null ? Pattern.compile(regex) : compiled;
      return pattern.matcher(new Watched(text)).find();
    } catch (PatternSyntaxException e) {
      options.warnings().accept("Bad pattern '%s': %s".formatted(regex, e.getDescription()));
    } catch (TooSlow | StackOverflowError _) {
      options.warnings().accept("Pattern '%s' takes too long, no match".formatted(regex));
    }
    return false;
  }

  /// Ends a search from within: the engine asks for characters all the time.
  private static final class TooSlow extends RuntimeException {
    private static final long serialVersionUID = 1L;

    TooSlow() {
      super("time limit", null, false, false);
    }
  }

  private static final class Watched implements CharSequence {
    private final String text;
    private final long start = System.nanoTime();
    private int reads;

    Watched(String text) {
      this.text = text;
    }

    @Override
    public char charAt(int index) {
      if (++reads % READS_BETWEEN_CHECKS == 0 && System.nanoTime() - start > LIMIT.toNanos()) {
        throw new TooSlow();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int from, int to) {
      return text.substring(from, to);
    }

    @Override
    public String toString() {
      return text;
    }
  }
}
