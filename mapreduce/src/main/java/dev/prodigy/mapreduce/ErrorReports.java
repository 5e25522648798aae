package dev.prodigy.mapreduce;

import dev.prodigy.model.ItemId;
import dev.prodigy.workflow.ErrorCollection;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/// Tells why items failed: one by one, some at a time, or all at the end of the phase.
///
/// Thread-safe.
final class ErrorReports {
  private final int size;
  private final Consumer<String> out;
  private final List<String> waiting = new ArrayList<>();

  ErrorReports(ErrorCollection when, Consumer<String> out) {
    this.out = out;
    size =
        switch (when) {
          case ErrorCollection.Aggregate() -> Integer.MAX_VALUE;
          case ErrorCollection.Immediate() -> 1;
          case ErrorCollection.Batched(int batch) -> batch;
        };
  }

  synchronized void failed(ItemId item, String message) {
    waiting.add("  %s: %s".formatted(item, message.lines().findFirst().orElse("failed").strip()));
    if (waiting.size() >= size) {
      end();
    }
  }

  /// Tells what has not been told yet.
  synchronized void end() {
    if (!waiting.isEmpty()) {
      String items = waiting.size() == 1 ? "1 item failed:" : waiting.size() + " items failed:";
      out.accept(items + "\n" + String.join("\n", waiting));
      waiting.clear();
    }
  }
}
