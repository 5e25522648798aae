package dev.prodigy.cli.manage;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.terminal.Column;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.cli.terminal.Listing;
import dev.prodigy.model.DeadLetter;
import dev.prodigy.model.Json;
import dev.prodigy.storage.DeadLetterQueue;
import dev.prodigy.storage.StorageException;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ObjectNode;

/// Dead letters with the jobs they are of.
final class DeadLetterList {
  private DeadLetterList() {}

  /// @param document as stored, which may hold more than we know
  record Item(Selection.Job job, DeadLetter letter, ObjectNode document) {

    /// The stored item and whose it is.
    ObjectNode json() {
      return Json.NODES.objectNode().put("job_id", job.id().value()).setAll(document);
    }

    String id() {
      return letter.itemId().value();
    }
  }

  /// Of the jobs an option names, or of all; a damaged queue is told of and passed over.
  static List<Item> of(Invocation call, Selection selection, Optional<String> job) {
    var found = new ArrayList<Item>();
    for (Selection.Job each : job.map(selection::jobs).orElseGet(selection::jobs)) {
      try {
        found.addAll(of(each));
      } catch (StorageException e) {
        call.console().warn(e.message() + "; see: prodigy storage verify");
      }
    }
    return found;
  }

  /// By item index.
  static List<Item> of(Selection.Job job) {
    List<DeadLetterQueue.Stored> stored = job.store().deadLetters().stored();
    return stored.stream().map(s -> new Item(job, s.letter(), s.document())).toList();
  }

  static final Comparator<Item> NEWEST_FIRST =
      Comparator.comparing((Item item) -> item.letter().lastAttempt()).reversed();

  static final Listing<Item> LISTING =
      Listing.of(
          Item::json,
          "No items in the dead letter queue.",
          List.of(
              Column.id("ITEM ID", Item::id),
              Column.id("JOB ID", item -> item.job().id().value()),
              Column.number("FAILURES", item -> String.valueOf(item.letter().failureCount())),
              Column.id(
                  "LAST ATTEMPT",
                  item -> Human.time(item.letter().lastAttempt(), ZoneId.systemDefault())),
              Column.id("ELIGIBLE", item -> item.letter().reprocessEligible() ? "yes" : "no"),
              Column.id("REVIEW", item -> item.letter().manualReviewRequired() ? "yes" : "no"),
              Column.of("ERROR", item -> item.letter().errorSignature())));
}
