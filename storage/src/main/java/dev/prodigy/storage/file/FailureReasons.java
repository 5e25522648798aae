package dev.prodigy.storage.file;

import dev.prodigy.model.FailureReason;
import tools.jackson.core.JsonGenerator;

/// `"Timeout"`, `{"CommandFailed":{"exit_code":7}}`,
/// `{"CommitValidationFailed":{"command":"..."}}`.
final class FailureReasons {
  private FailureReasons() {}

  static void write(FailureReason reason, JsonGenerator out) {
    switch (reason) {
      case FailureReason.CommandFailed(int exitCode) -> {
        out.writeStartObject();
        out.writeObjectPropertyStart("CommandFailed");
        out.writeNumberProperty("exit_code", exitCode);
        out.writeEndObject();
        out.writeEndObject();
      }
      case FailureReason.CommitValidationFailed(String command) when command != null -> {
        out.writeStartObject();
        out.writeObjectPropertyStart("CommitValidationFailed");
        out.writeStringProperty("command", command);
        out.writeEndObject();
        out.writeEndObject();
      }
      default -> out.writeString(reason.typeName());
    }
  }
}
