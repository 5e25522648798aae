package dev.prodigy.workflow.yaml;

/// How messages say where a value belongs.
///
/// @param subject ``step 3 (`shell: just test`)``, or empty
/// @param path of fields below the subject: `retry.attempts`, or empty
record Place(String subject, String path) {

  static final Place ROOT = new Place("", "");

  Place field(String name) {
    return new Place(subject, path.isEmpty() ? name : path + "." + name);
  }

  Place element(int index) {
    return new Place(subject, path + "[" + index + "]");
  }

  /// `problem` with the place before it.
  String tell(String problem) {
    return (subject.isEmpty() ? "" : subject + ": ")
        + (path.isEmpty() ? "" : "field `" + path + "`: ")
        + problem;
  }
}
