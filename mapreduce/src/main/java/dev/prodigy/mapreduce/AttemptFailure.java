package dev.prodigy.mapreduce;

import dev.prodigy.model.Failure;

/// A failed attempt with what the policy needs to know beyond the stored record.
///
/// @param retryable false where another attempt cannot help: command not found, bad reference
/// @param agentLimit true when the agent's own time limit ended it, not a step's
/// @param endsJob true when no other item can succeed either: the agent CLI is not logged in
/// @param matchText message and standard error, for `retry_on`
record AttemptFailure(
    Failure failure, boolean retryable, boolean agentLimit, boolean endsJob, String matchText) {}
