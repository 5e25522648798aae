package dev.prodigy.git;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// What one git command answered.
///
/// @param stdout as git wrote it, NULs included
record GitOutput(List<String> command, Path directory, int exitCode, String stdout, String stderr) {

  boolean succeeded() {
    return exitCode == 0;
  }

  /// The answer of a command that prints one line.
  String line() {
    return stdout.strip();
  }

  /// The fields of a command run with `-z`.
  List<String> fields() {
    var fields = new ArrayList<String>();
    int from = 0;
    for (int end = stdout.indexOf('\0'); end >= 0; end = stdout.indexOf('\0', from)) {
      fields.add(stdout.substring(from, end));
      from = end + 1;
    }
    return fields;
  }

  GitException failure() {
    return GitException.failed(command, exitCode, stderr, directory);
  }
}
