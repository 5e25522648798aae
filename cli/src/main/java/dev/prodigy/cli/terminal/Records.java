package dev.prodigy.cli.terminal;

import dev.prodigy.model.Json;
import java.util.Iterator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// Prints records in the format asked for; without one, people get text and pipes get JSON: one
/// object per line for lists, one object for single things. Holds one record at a time.
public final class Records {
  private final Console console;
  private final @Nullable Format asked;

  public Records(Console console, @Nullable Format asked) {
    this.console = console;
    this.asked = asked;
  }

  /// The format a list will have.
  public Format listFormat() {
    if (asked != null) {
      return asked;
    }
    return console.terminals().output() ? Format.HUMAN : Format.JSONL;
  }

  /// Prints a list.
  ///
  /// @return how many there were
  public <T> int list(Iterable<T> records, Listing<T> listing) {
    Iterator<T> remaining = records.iterator();
    Format format = listFormat();
    if (!remaining.hasNext()) {
      printEmpty(format, listing);
      return 0;
    }
    return switch (format) {
      case HUMAN -> lines(remaining, listing);
      case TABLE -> table(remaining, listing);
      case JSON -> array(remaining, listing);
      case JSONL -> objects(remaining, listing);
      case YAML -> yaml(remaining, listing);
      case CSV -> csv(remaining, listing);
      case MARKDOWN -> markdown(remaining, listing);
    };
  }

  /// Prints one thing: its JSON document, or what `human` prints of it.
  public void one(ObjectNode json, Runnable human) {
    Format format = asked != null ? asked : listFormat();
    switch (format) {
      case JSON -> console.print(json.toPrettyString());
      case JSONL -> console.print(Json.text(json));
      case YAML -> console.print(YamlText.of(json));
      case HUMAN, TABLE, CSV, MARKDOWN -> human.run();
    }
  }

  private void printEmpty(Format format, Listing<?> listing) {
    switch (format) {
      case HUMAN, TABLE -> console.print(listing.empty());
      case JSON, YAML -> console.print("[]");
      case CSV -> console.print(Delimited.header(listing.columns()));
      case JSONL, MARKDOWN -> {}
    }
  }

  private <T> int lines(Iterator<T> records, Listing<T> listing) {
    var human = listing.human();
    if (human == null) {
      return table(records, listing);
    }
    int count = 0;
    for (; records.hasNext(); count++) {
      console.print(human.apply(records.next(), console.outStyle()));
    }
    return count;
  }

  private <T> int table(Iterator<T> records, Listing<T> listing) {
    var table = new Table<>(listing.columns(), console);
    int count = 0;
    for (; records.hasNext(); count++) {
      table.add(records.next());
    }
    table.end();
    return count;
  }

  private <T> int array(Iterator<T> records, Listing<T> listing) {
    console.print("[");
    int count = 0;
    while (records.hasNext()) {
      String text = listing.json().apply(records.next()).toPrettyString();
      console.print(text.indent(2).stripTrailing() + (records.hasNext() ? "," : ""));
      count++;
    }
    console.print("]");
    return count;
  }

  private <T> int objects(Iterator<T> records, Listing<T> listing) {
    int count = 0;
    for (; records.hasNext(); count++) {
      console.print(Json.text(listing.json().apply(records.next())));
    }
    return count;
  }

  private <T> int yaml(Iterator<T> records, Listing<T> listing) {
    int count = 0;
    for (; records.hasNext(); count++) {
      console.print(YamlText.item(listing.json().apply(records.next())));
    }
    return count;
  }

  private <T> int csv(Iterator<T> records, Listing<T> listing) {
    List<Column<T>> columns = listing.columns();
    console.print(Delimited.header(columns));
    int count = 0;
    for (; records.hasNext(); count++) {
      console.print(Delimited.csv(columns, records.next()));
    }
    return count;
  }

  private <T> int markdown(Iterator<T> records, Listing<T> listing) {
    List<Column<T>> columns = listing.columns();
    console.print(Delimited.markdownHeader(columns));
    console.print("|" + " --- |".repeat(columns.size()));
    int count = 0;
    for (; records.hasNext(); count++) {
      console.print(Delimited.markdown(columns, records.next()));
    }
    return count;
  }
}
