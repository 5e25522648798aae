package dev.prodigy.storage.file;

import dev.prodigy.model.FailureReason;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

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

  /// A reason nobody knows is [FailureReason.Unknown]: a queue must stay readable.
  static FailureReason read(JsonNode node) {
    JsonNode data = MissingNode.getInstance();
    String name = node.asString("");
    if (node.isObject() && !node.isEmpty()) {
      name = node.propertyNames().iterator().next();
      data = node.path(name);
    }
    return switch (Encodings.letters(name)) {
      case "timeout" -> new FailureReason.Timeout();
      case "commandfailed" -> new FailureReason.CommandFailed(data.path("exit_code").asInt(0));
      case "commitvalidationfailed" ->
          new FailureReason.CommitValidationFailed(data.path("command").asString(null));
      case "mergeconflict" -> new FailureReason.MergeConflict();
      case "worktreeerror" -> new FailureReason.WorktreeError();
      case "validationfailed" -> new FailureReason.ValidationFailed();
      case "permissiondenied" -> new FailureReason.PermissionDenied();
      case "agenterror" -> new FailureReason.AgentError();
      case "resourceexhausted" -> new FailureReason.ResourceExhausted();
      default -> new FailureReason.Unknown();
    };
  }
}
