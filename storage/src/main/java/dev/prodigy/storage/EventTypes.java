package dev.prodigy.storage;

import java.util.List;

/// The names of events in their two spellings: `AgentCompleted`, which is a record's simple name
/// and the stored `type`, and `agent_completed`, the stored `event_type`.
public final class EventTypes {
  /// Every kind that we or earlier versions write.
  public static final List<String> KNOWN =
      List.of(
          "JobStarted",
          "JobCompleted",
          "JobFailed",
          "JobPaused",
          "JobResumed",
          "SetupPhaseStarted",
          "SetupPhaseCompleted",
          "WorkItemsLoaded",
          "MapPhaseStarted",
          "MapPhaseCompleted",
          "ReducePhaseStarted",
          "ReducePhaseCompleted",
          "StepStarted",
          "StepCompleted",
          "StepFailed",
          "StepRetrying",
          "RetryExhausted",
          "SubWorkflowStarted",
          "SubWorkflowCompleted",
          "SubWorkflowFailed",
          "AgentStarted",
          "AgentProgress",
          "AgentCompleted",
          "AgentFailed",
          "AgentRetrying",
          "CheckpointCreated",
          "CheckpointLoaded",
          "CheckpointFailed",
          "WorktreeCreated",
          "WorktreeMerged",
          "WorktreeCleaned",
          "WorktreeCleanupFailed",
          "QueueDepthChanged",
          "MemoryPressure",
          "CircuitOpen",
          "CircuitHalfOpen",
          "CircuitClosed",
          "DLQItemAdded",
          "DLQItemRemoved",
          "DLQItemsReprocessed",
          "DLQItemsCleared",
          "DLQItemsEvicted",
          "DLQAnalysisGenerated",
          "EventsCleaned",
          "ClaudeSessionStarted",
          "ClaudeToolInvoked",
          "ClaudeMessage",
          "ClaudeTokenUsage",
          "ClaudeSessionEnded");

  private EventTypes() {}

  /// `DLQItemAdded` to `dlq_item_added`: a word begins at a capital after a small letter, and at
  /// the last capital of several before a small letter.
  public static String snakeCase(String type) {
    StringBuilder snake = new StringBuilder(type.length() + 4);
    for (int i = 0; i < type.length(); i++) {
      char c = type.charAt(i);
      if (isCapital(c) && i > 0) {
        boolean afterSmall = !isCapital(type.charAt(i - 1));
        boolean beforeSmall = i + 1 < type.length() && !isCapital(type.charAt(i + 1));
        if (afterSmall || beforeSmall) {
          snake.append('_');
        }
      }
      snake.append(isCapital(c) ? (char) (c + 32) : c);
    }
    return snake.toString();
  }

  /// Either spelling to `DLQItemAdded`; also `d_l_q_item_added`, which an earlier version wrote.
  public static String pascalCase(String name) {
    if (name.isEmpty() || isCapital(name.charAt(0))) {
      return name;
    }
    StringBuilder pascal = new StringBuilder(name.length());
    boolean wordStart = true;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '_') {
        wordStart = true;
      } else {
        pascal.append(wordStart && c >= 'a' && c <= 'z' ? (char) (c - 32) : c);
        wordStart = false;
      }
    }
    String joined = pascal.toString();
    return joined.startsWith("Dlq") ? "DLQ".concat(joined.substring(3)) : joined;
  }

  private static boolean isCapital(char c) {
    return c >= 'A' && c <= 'Z';
  }
}
