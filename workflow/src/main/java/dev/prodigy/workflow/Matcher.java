package dev.prodigy.workflow;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/// Which failures are worth another attempt.
public sealed interface Matcher {

  /// The kinds of trouble that pass by themselves, recognised by words in the failure's text (any
  /// case) and by status numbers that stand alone.
  enum Known implements Matcher {
    NETWORK("network|connection|refused|unreachable|econnreset|could not resolve|broken pipe"),
    TIMEOUT("timeout|timed out"),
    SERVER_ERROR("(?<!\\d)50[0234](?!\\d)|server error|bad gateway|service unavailable"),
    RATE_LIMIT("rate limit|(?<!\\d)(429|529)(?!\\d)|too many requests|overloaded");

    private final Pattern pattern;

    Known(String pattern) {
      this.pattern = Pattern.compile(pattern, Pattern.CASE_INSENSITIVE);
    }

    /// The word it has in workflow files.
    public String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /// Everything.
  record Any() implements Matcher {}

  /// Found anywhere in the text, case as written.
  record Regex(Pattern pattern) implements Matcher {}

  record ExitCode(Set<Integer> codes) implements Matcher {
    public ExitCode {
      codes = Set.copyOf(codes);
    }
  }

  /// @param text error message and output of the failed attempt
  /// @param timedOut whether our own limit ended it
  /// @param warnings told of a pattern that was given up because it ran too long
  default boolean matches(String text, boolean timedOut, int exitCode, Consumer<String> warnings) {
    return switch (this) {
      case Known known ->
          (known == Known.TIMEOUT && timedOut) || known.pattern.matcher(text).find();
      case Any() -> true;
      case Regex(Pattern pattern) -> PatiencePattern.find(pattern, text, warnings);
      case ExitCode(Set<Integer> codes) -> codes.contains(exitCode);
    };
  }

  /// Whether any of them matches; none at all = everything does.
  static boolean anyMatches(
      List<Matcher> matchers,
      String text,
      boolean timedOut,
      int exitCode,
      Consumer<String> warnings) {
    return matchers.isEmpty()
        || matchers.stream().anyMatch(m -> m.matches(text, timedOut, exitCode, warnings));
  }
}
