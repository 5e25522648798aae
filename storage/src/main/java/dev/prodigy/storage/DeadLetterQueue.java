package dev.prodigy.storage;

import dev.prodigy.model.DeadLetter;
import dev.prodigy.model.ItemId;
import java.util.List;
import tools.jackson.databind.node.ObjectNode;

/// Work items of one job that ran out of attempts.
public interface DeadLetterQueue {

  /// All of them, by item index.
  List<DeadLetter> items();

  /// All of them with their documents as stored, which may hold more than we know.
  List<Stored> stored();

  /// An item and its stored form.
  record Stored(DeadLetter letter, ObjectNode document) {}

  /// Makes an empty document if there is none.
  void create();

  /// Adds the item, or merges it with what is there of it: the history grows, the first attempt
  /// stays. Failures that are there already are not added twice. The first one is written at once,
  /// later ones at most every 250 ms, together.
  ///
  /// @param whenDurable runs after the document that holds the item is on disk, in any thread
  /// @throws StorageException if this or an earlier write failed; nothing is dropped, [#flush]
  ///   tries again
  void add(DeadLetter letter, Runnable whenDurable);

  /// Replaces the document, readable or not, by one of these items, in one step.
  void restore(List<DeadLetter> letters);

  /// Whether it was there.
  boolean remove(ItemId item);

  /// Removes all items, returning how many there were.
  int clear();

  /// Everything added is on disk on return.
  void flush();
}
