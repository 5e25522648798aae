package dev.prodigy.cli.terminal;

import dev.prodigy.model.Json;
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
    RecordStream<T> stream = stream(listing);
    records.forEach(stream::add);
    stream.end();
    return Math.toIntExact(stream.count());
  }

  /// A list whose records come one by one.
  public <T> RecordStream<T> stream(Listing<T> listing) {
    return new RecordStream<>(console, listFormat(), listing);
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
}
