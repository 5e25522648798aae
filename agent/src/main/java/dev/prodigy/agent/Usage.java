package dev.prodigy.agent;

import org.jspecify.annotations.Nullable;

/// Tokens and money of one run.
///
/// @param costUsd null where it is unknown
/// @param partial the run ended before it told its totals; these are the sums of what was seen
public record Usage(
    long inputTokens,
    long outputTokens,
    long cacheReadTokens,
    long cacheCreationTokens,
    @Nullable Double costUsd,
    int numTurns,
    boolean partial) {}
