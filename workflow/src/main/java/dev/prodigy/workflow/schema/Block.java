package dev.prodigy.workflow.schema;

import java.util.List;
import java.util.Optional;

/// A kind of mapping.
///
/// @param name unique in the language
/// @param commands fields of which at least one must be there; empty: none needs to be
/// @param open whether there may be keys of the user's own beside the fields
public record Block(
    String name, String about, List<Field> fields, List<String> commands, boolean open) {

  public Block {
    fields = List.copyOf(fields);
    commands = List.copyOf(commands);
  }

  static Block of(String name, String about, Field... fields) {
    return of(name, about, List.of(fields));
  }

  static Block of(String name, String about, List<Field> fields) {
    return new Block(name, about, fields, List.of(), false);
  }

  Block oneOf(List<String> needed) {
    return new Block(name, about, fields, needed, open);
  }

  Block opened() {
    return new Block(name, about, fields, commands, true);
  }

  /// The field of that name, or with it as another name.
  public Optional<Field> field(String wanted) {
    return fields.stream().filter(field -> field.names().contains(wanted)).findFirst();
  }
}
