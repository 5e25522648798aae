package dev.prodigy.workflow.yaml;

import org.jspecify.annotations.Nullable;

/// How messages say where a value belongs. There is one for every value and few are ever asked, so
/// the words are put together only then.
///
/// @param subject ``step 3 (`shell: just test`)``, or empty
/// @param parent what the value is a part of; null for the subject itself
/// @param name of a field; empty for elements of lists
/// @param index of an element; -1 for fields
record Place(String subject, @Nullable Place parent, String name, int index) {

  private static final int NO_ELEMENT = -1;

  static final Place ROOT = of("");

  static Place of(String subject) {
    return new Place(subject, null, "", NO_ELEMENT);
  }

  Place field(String field) {
    return new Place(subject, this, field, NO_ELEMENT);
  }

  Place element(int element) {
    return new Place(subject, this, "", element);
  }

  /// Fields below the subject: `retry.attempts`, or empty.
  private String path() {
    if (parent == null) {
      return "";
    }
    String above = parent.path();
    if (index != NO_ELEMENT) {
      return above + "[" + index + "]";
    }
    return above.isEmpty() ? name : above + "." + name;
  }

  /// `problem` with the place before it.
  String tell(String problem) {
    String path = path();
    return (subject.isEmpty() ? "" : subject + ": ")
        + (path.isEmpty() ? "" : "field `" + path + "`: ")
        + problem;
  }
}
