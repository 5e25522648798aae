package dev.prodigy.agent;

import org.jspecify.annotations.Nullable;

/// Tokens and money.
///
/// @param costUsd null where it is unknown, which is not 0
/// @param partial the run ended before it told its totals; these are the sums of what was seen
public record Usage(
    long inputTokens,
    long outputTokens,
    long cacheReadTokens,
    long cacheCreationTokens,
    @Nullable Double costUsd,
    int numTurns,
    boolean partial) {

  /// Both together; the cost is unknown only if both are, and the sum partial if either is.
  public Usage plus(Usage other) {
    return new Usage(
        inputTokens + other.inputTokens,
        outputTokens + other.outputTokens,
        cacheReadTokens + other.cacheReadTokens,
        cacheCreationTokens + other.cacheCreationTokens,
        costUsd == null
            ? other.costUsd
            : Double.valueOf(costUsd + (other.costUsd == null ? 0 : other.costUsd)),
        numTurns + other.numTurns,
        partial || other.partial);
  }
}
