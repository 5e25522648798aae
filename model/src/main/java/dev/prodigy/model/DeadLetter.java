package dev.prodigy.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// A work item that ran out of attempts, kept for inspection and reprocessing.
///
/// @param itemData the item exactly as the workflow's input gave it
/// @param failureCount how often it was put here; a retry that fails again adds one
/// @param failureHistory every failed attempt, oldest first; never empty
public record DeadLetter(
    ItemId itemId,
    JsonNode itemData,
    Instant firstAttempt,
    Instant lastAttempt,
    int failureCount,
    List<Failure> failureHistory,
    String errorSignature,
    @Nullable Artifacts worktreeArtifacts,
    boolean reprocessEligible,
    boolean manualReviewRequired) {

  private static final Pattern ALL_DIGITS = Pattern.compile("\\d+");

  /// What was kept of the failed attempt for debugging.
  public record Artifacts(
      String worktreePath,
      String branchName,
      @Nullable String uncommittedChanges,
      @Nullable String errorLogs) {}

  public DeadLetter {
    failureHistory = List.copyOf(failureHistory);
    if (failureHistory.isEmpty()) {
      throw new IllegalArgumentException("dead letter without a failure: " + itemId);
    }
  }

  public static DeadLetter of(
      WorkItem item, List<Failure> failures, @Nullable Artifacts artifacts) {
    Failure last = failures.getLast();
    boolean review = last.errorType().needsReview();
    return new DeadLetter(
        item.id(),
        item.data(),
        failures.getFirst().timestamp(),
        last.timestamp(),
        1,
        failures,
        signature(last),
        artifacts,
        !review,
        review);
  }

  /// The same item failed again: history grows, the first attempt stays.
  public DeadLetter again(DeadLetter later) {
    return new DeadLetter(
        itemId,
        later.itemData,
        firstAttempt,
        later.lastAttempt,
        failureCount + later.failureCount,
        Stream.concat(failureHistory.stream(), later.failureHistory.stream()).toList(),
        later.errorSignature,
        later.worktreeArtifacts,
        later.reprocessEligible,
        later.manualReviewRequired);
  }

  /// Groups alike failures: the type and the first ten words of the message, without words that
  /// differ from item to item (paths, plain numbers).
  static String signature(Failure failure) {
    String words =
        Stream.of(failure.errorMessage().strip().split("\\s+"))
            .filter(word -> word.indexOf('/') < 0 && !ALL_DIGITS.matcher(word).matches())
            .limit(10)
            .collect(Collectors.joining(" "));
    return failure.errorType().typeName() + "::" + words;
  }

  /// The highest attempt number in the history.
  public int attempts() {
    var numbers = new ArrayList<Integer>();
    failureHistory.forEach(f -> numbers.add(f.attemptNumber()));
    return numbers.stream().mapToInt(Integer::intValue).max().orElse(0);
  }
}
