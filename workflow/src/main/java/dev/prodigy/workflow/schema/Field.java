package dev.prodigy.workflow.schema;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// A field of a mapping.
///
/// @param aliases other names of it
/// @param standard what holds if it is not there, as one would write it; null: nothing
/// @param about one sentence for those who write it
/// @param old understood, but not what one would write today
public record Field(
    String name,
    List<String> aliases,
    Shape shape,
    @Nullable String standard,
    String about,
    boolean required,
    boolean old) {

  public Field {
    aliases = List.copyOf(aliases);
  }

  static Field of(String name, Shape shape, String about) {
    return new Field(name, List.of(), shape, null, about, false, false);
  }

  Field or(String... others) {
    return new Field(name, List.of(others), shape, standard, about, required, old);
  }

  Field standard(String value) {
    return new Field(name, aliases, shape, value, about, required, old);
  }

  Field needed() {
    return new Field(name, aliases, shape, standard, about, true, old);
  }

  Field older() {
    return new Field(name, aliases, shape, standard, about, required, true);
  }

  /// The name and all others.
  List<String> names() {
    var names = new ArrayList<>(List.of(name));
    names.addAll(aliases);
    return names;
  }
}
