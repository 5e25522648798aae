package dev.prodigy.cli.manage;

import dev.prodigy.cli.manage.DeadLetterList.Item;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.model.DeadLetter;
import dev.prodigy.model.Failure;
import dev.prodigy.model.FailureReason;
import dev.prodigy.model.Json;
import java.time.Instant;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import tools.jackson.databind.node.ObjectNode;

/// What many dead letters have in common.
final class DeadLetterReports {
  private static final int SAMPLES = 3;

  private DeadLetterReports() {}

  /// `{total_items, eligible_for_reprocess, requiring_manual_review, oldest_item, newest_item,
  /// error_categories}`
  static ObjectNode summary(List<Item> items) {
    ObjectNode json = Json.NODES.objectNode();
    json.put("total_items", items.size());
    json.put(
        "eligible_for_reprocess",
        items.stream().filter(i -> i.letter().reprocessEligible()).count());
    json.put(
        "requiring_manual_review",
        items.stream().filter(i -> i.letter().manualReviewRequired()).count());
    var byTime = Comparator.comparing(DeadLetter::lastAttempt);
    json.put("oldest_item", time(items.stream().map(Item::letter).min(byTime)));
    json.put("newest_item", time(items.stream().map(Item::letter).max(byTime)));
    ObjectNode categories = json.putObject("error_categories");
    counts(items, i -> i.letter().errorSignature()).forEach(categories::put);
    return json;
  }

  private static @org.jspecify.annotations.Nullable String time(
      java.util.Optional<DeadLetter> letter) {
    return letter.map(l -> l.lastAttempt().toString()).orElse(null);
  }

  /// A summary over several jobs.
  static ObjectNode stats(List<Item> items) {
    ObjectNode json = summary(items);
    ObjectNode jobs = json.putObject("jobs");
    counts(items, i -> i.job().id().value()).forEach(jobs::put);
    double failures = items.stream().mapToInt(i -> i.letter().failureCount()).average().orElse(0);
    json.put("average_failure_count", Math.round(failures * 100) / 100.0);
    ObjectNode types = json.putObject("by_error_type");
    counts(items, i -> type(i.letter())).forEach(types::put);
    ObjectNode days = json.putObject("by_day");
    new TreeMap<>(counts(items, i -> i.letter().lastAttempt().toString().substring(0, 10)))
        .forEach(days::put);
    return json;
  }

  static void printStats(Console console, ObjectNode stats) {
    console.print("Dead letters: " + stats.path("total_items").asInt());
    console.print(
        "  eligible for another attempt: " + stats.path("eligible_for_reprocess").asInt());
    console.print("  needing a person's review: " + stats.path("requiring_manual_review").asInt());
    console.print("  failures per item: " + stats.path("average_failure_count").asDouble());
    print(console, "By job", stats.path("jobs"));
    print(console, "By error type", stats.path("by_error_type"));
    print(console, "By error", stats.path("error_categories"));
    print(console, "By day", stats.path("by_day"));
  }

  private static void print(Console console, String title, tools.jackson.databind.JsonNode counts) {
    if (!counts.isEmpty()) {
      console.print(title);
      counts
          .properties()
          .forEach(e -> console.print("%8d  %s".formatted(e.getValue().asInt(), e.getKey())));
    }
  }

  /// Groups of alike failures, kinds of errors, and when they happened.
  static ObjectNode analysis(List<Item> items) {
    ObjectNode json = Json.NODES.objectNode();
    json.put("total_items", items.size());
    var groups = json.putArray("pattern_groups");
    for (List<Item> group : grouped(items)) {
      ObjectNode node = groups.addObject();
      node.put("signature", group.getFirst().letter().errorSignature());
      node.put("count", group.size());
      node.put("first_occurrence", edge(group, true).toString());
      node.put("last_occurrence", edge(group, false).toString());
      var samples = node.putArray("sample_items");
      group.stream().limit(SAMPLES).forEach(item -> samples.add(item.id()));
    }
    ObjectNode types = json.putObject("error_distribution");
    counts(items, i -> type(i.letter())).forEach(types::put);
    var hours = json.putArray("temporal_distribution");
    new TreeMap<>(counts(items, DeadLetterReports::hour))
        .forEach((hour, count) -> hours.addObject().put("hour", hour).put("count", count));
    return json;
  }

  private static List<List<Item>> grouped(List<Item> items) {
    Map<String, List<Item>> groups =
        items.stream()
            .collect(
                Collectors.groupingBy(
                    i -> i.letter().errorSignature(), LinkedHashMap::new, Collectors.toList()));
    var sorted = new ArrayList<>(groups.values());
    sorted.sort(Comparator.comparingInt((List<Item> group) -> group.size()).reversed());
    return sorted;
  }

  private static Instant edge(List<Item> group, boolean first) {
    var times =
        group.stream().map(i -> first ? i.letter().firstAttempt() : i.letter().lastAttempt());
    return (first ? times.min(Comparator.naturalOrder()) : times.max(Comparator.naturalOrder()))
        .orElseThrow();
  }

  private static String hour(Item item) {
    return item.letter().lastAttempt().truncatedTo(ChronoUnit.HOURS).toString();
  }

  static void printAnalysis(Console console, List<Item> items) {
    console.print("Dead letters: " + items.size());
    for (List<Item> group : grouped(items)) {
      DeadLetter letter = group.getFirst().letter();
      console.print("");
      console.print("%d x %s".formatted(group.size(), letter.errorSignature()));
      console.print(
          "  %s to %s, such as %s"
              .formatted(
                  Human.time(edge(group, true), ZoneId.systemDefault()),
                  Human.time(edge(group, false), ZoneId.systemDefault()),
                  String.join(", ", group.stream().limit(SAMPLES).map(Item::id).toList())));
      console.print("  " + remedy(last(letter).errorType()));
    }
  }

  private static String remedy(FailureReason reason) {
    return switch (reason) {
      case FailureReason.Timeout _ ->
          "Give agents more time (agent_timeout_secs), or make items smaller.";
      case FailureReason.CommandFailed _ ->
          "Run the failing step by hand in a worktree; fix it, then: prodigy dlq retry <job>";
      case FailureReason.CommitValidationFailed _ ->
          "The step was to commit and did not; check its prompt or command.";
      case FailureReason.MergeConflict _ ->
          "Items touch the same lines; a retry starts from the merged state: prodigy dlq retry <job>";
      case FailureReason.WorktreeError _ ->
          "Look at disk space and leftovers: prodigy worktree clean-orphaned";
      case FailureReason.ValidationFailed _ ->
          "The item's data was not acceptable; mend the input.";
      case FailureReason.PermissionDenied _ -> "The agent lacks a permission; grant it first.";
      case FailureReason.AgentError _ -> "See the agent's own log: prodigy dlq inspect <item>";
      case FailureReason.ResourceExhausted _ ->
          "The machine was out of memory or disk; use fewer agents at once.";
      case FailureReason.Unknown _ -> "See each attempt: prodigy dlq inspect <item>";
    };
  }

  /// `Timeout`, `CommandFailed(101)`.
  private static String type(DeadLetter letter) {
    return last(letter).errorType() instanceof FailureReason.CommandFailed failed
        ? "CommandFailed(" + failed.exitCode() + ")"
        : last(letter).errorType().typeName();
  }

  static Failure last(DeadLetter letter) {
    return letter.failureHistory().getLast();
  }

  /// Most frequent first.
  private static Map<String, Integer> counts(List<Item> items, Function<Item, String> key) {
    var counts = new TreeMap<String, Integer>();
    items.forEach(item -> counts.merge(key.apply(item), 1, Integer::sum));
    var sorted = new LinkedHashMap<String, Integer>();
    counts.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .forEach(e -> sorted.put(e.getKey(), e.getValue()));
    return sorted;
  }
}
