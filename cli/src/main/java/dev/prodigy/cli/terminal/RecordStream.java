package dev.prodigy.cli.terminal;

import dev.prodigy.model.Json;
import org.jspecify.annotations.Nullable;

/// Prints a list whose records come one by one, holding no more than one of them (a table: the
/// first thousand, to measure). [#end] must be called.
public final class RecordStream<T> {
  private final Console console;
  private final Format format;
  private final Listing<T> listing;
  private final @Nullable Table<T> table;
  private @Nullable String waiting;
  private long count;

  RecordStream(Console console, Format format, Listing<T> listing) {
    this.console = console;
    this.format = format;
    this.listing = listing;
    boolean tabular = format == Format.TABLE || (format == Format.HUMAN && listing.human() == null);
    this.table = tabular ? new Table<>(listing.columns(), console) : null;
  }

  public void add(T record) {
    if (count++ == 0) {
      begin();
    }
    if (table != null) {
      table.add(record);
      return;
    }
    switch (format) {
      case HUMAN, TABLE -> {
        var human = listing.human();
        if (human != null) {
          console.print(human.apply(record, console.outStyle()));
        }
      }
      case JSON -> {
        if (waiting != null) {
          console.print(waiting + ",");
        }
        waiting = listing.json().apply(record).toPrettyString().indent(2).stripTrailing();
      }
      case JSONL -> console.print(Json.text(listing.json().apply(record)));
      case YAML -> console.print(YamlText.item(listing.json().apply(record)));
      case CSV -> console.print(Delimited.csv(listing.columns(), record));
      case MARKDOWN -> console.print(Delimited.markdown(listing.columns(), record));
    }
  }

  private void begin() {
    switch (format) {
      case JSON -> console.print("[");
      case CSV -> console.print(Delimited.header(listing.columns()));
      case MARKDOWN -> {
        console.print(Delimited.markdownHeader(listing.columns()));
        console.print("|" + " --- |".repeat(listing.columns().size()));
      }
      case HUMAN, TABLE, JSONL, YAML -> {}
    }
  }

  public void end() {
    if (count == 0) {
      printEmpty();
    } else if (table != null) {
      table.end();
    } else if (format == Format.JSON) {
      console.print(String.valueOf(waiting));
      console.print("]");
    }
  }

  public long count() {
    return count;
  }

  private void printEmpty() {
    switch (format) {
      case HUMAN, TABLE -> console.print(listing.empty());
      case JSON, YAML -> console.print("[]");
      case CSV -> console.print(Delimited.header(listing.columns()));
      case JSONL, MARKDOWN -> {}
    }
  }
}
