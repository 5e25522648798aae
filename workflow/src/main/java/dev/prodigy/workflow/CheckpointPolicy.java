package dev.prodigy.workflow;

import java.time.Duration;

/// How often a map phase writes a checkpoint (whichever of the two intervals ends first) and how
/// many are kept.
public record CheckpointPolicy(
    int intervalItems,
    Duration intervalDuration,
    int maxCheckpoints,
    Duration maxAge,
    boolean keepFinal) {

  public static final CheckpointPolicy DEFAULT =
      new CheckpointPolicy(100, Duration.ofMinutes(5), 10, Duration.ofDays(7), true);
}
