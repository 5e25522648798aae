package dev.prodigy.mapreduce;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.Phase;
import java.time.Duration;

/// Follows a job while it runs, for live displays. Lines for people go to the run's reporter
/// instead. Calls come from many threads and must return at once.
public interface ProgressListener {
  ProgressListener SILENT = new ProgressListener() {};

  /// How the map phase stands.
  record Standing(int total, int successful, int failed, int skipped, int active) {
    public int finished() {
      return successful + failed + skipped;
    }
  }

  /// @param total items of the map phase; steps of setup and reduce
  default void phaseStarted(Phase phase, int total) {}

  default void phaseEnded(Phase phase) {}

  default void agentStarted(AgentId agent, ItemId item, int attempt) {}

  default void agentStep(AgentId agent, ItemId item, String step, int index, int count) {}

  /// @param status `completed`, `failed`, `retrying`, `skipped` or `interrupted`
  default void agentEnded(AgentId agent, ItemId item, String status, Duration duration) {}

  default void standing(Standing standing) {}
}
