package dev.prodigy.cli.look;

import dev.prodigy.cli.command.Durations;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.command.ValueType;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Points in time as users give them: minutes ago, a duration ago, or RFC 3339.
final class Moments {
  private Moments() {}

  static @Nullable Instant parse(String option, Optional<String> text) {
    if (text.isEmpty()) {
      return null;
    }
    try {
      return OffsetDateTime.parse(text.get()).toInstant();
    } catch (DateTimeException _) {
      return ago(option, text.get());
    }
  }

  private static Instant ago(String option, String text) {
    try {
      return Instant.now().minus(Durations.withBare(Duration.ofMinutes(1)).parse(text));
    } catch (ValueType.BadValue e) {
      throw new UsageException(
          "invalid value '%s' for '--%s <TIME>': %s".formatted(text, option, e.getMessage()));
    }
  }
}
