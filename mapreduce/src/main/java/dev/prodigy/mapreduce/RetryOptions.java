package dev.prodigy.mapreduce;

import dev.prodigy.workflow.expression.Expression;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which dead letters are tried again, and how.
///
/// @param filter over the item's data and `failure_count`, `error_signature`, `error_type`,
///   `reprocess_eligible`, `last_attempt`
/// @param force also items that need a person's review
/// @param items only these; empty: all
/// @param limit most items; 0: no limit
/// @param maxAttempts per item in this run
/// @param maxParallel null: as the job had it
/// @param reduce run reduce over old and new results
public record RetryOptions(
    @Nullable Expression filter,
    boolean force,
    List<String> items,
    int limit,
    int maxAttempts,
    @Nullable Integer maxParallel,
    boolean reduce,
    boolean dryRun) {
  public RetryOptions {
    items = List.copyOf(items);
  }
}
