package dev.prodigy.cli.monitor;

import dev.prodigy.model.JobId;
import dev.prodigy.storage.Bookmark;
import dev.prodigy.storage.Cursor;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.EventFilter;
import dev.prodigy.storage.EventLine;
import tools.jackson.databind.JsonNode;

/// What the agents of a run have used so far, by what Claude reported. Each look reads only what
/// was written since the one before.
final class Spending {
  private static final EventFilter USAGE = EventFilter.ofTypes("ClaudeTokenUsage");

  private final EventFiles files;
  private final JobId run;
  private Bookmark read = Bookmark.of(Cursor.START);
  private long inputTokens;
  private long outputTokens;
  private double dollars;
  private boolean priced;

  /// @param run whose log it is: a job, or the session of a sequential run
  Spending(EventFiles files, JobId run) {
    this.files = files;
    this.run = run;
  }

  Spending look() {
    read = files.readOn(run, read, USAGE, this::add).next();
    return this;
  }

  private boolean add(EventLine event) {
    JsonNode usage = event.json();
    inputTokens +=
        usage.path("input_tokens").asLong(0)
            + usage.path("cache_tokens").asLong(0)
            + usage.path("cache_creation_tokens").asLong(0);
    outputTokens += usage.path("output_tokens").asLong(0);
    if (usage.path("cost_usd").isNumber()) {
      dollars += usage.path("cost_usd").asDouble();
      priced = true;
    }
    return true;
  }

  /// Cached ones too.
  long inputTokens() {
    return inputTokens;
  }

  long outputTokens() {
    return outputTokens;
  }

  double dollars() {
    return dollars;
  }

  /// Whether Claude stated any price.
  boolean priced() {
    return priced;
  }
}
