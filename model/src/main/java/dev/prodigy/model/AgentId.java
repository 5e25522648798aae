package dev.prodigy.model;

/// The worker of one item, the same for every attempt: `<job>_agent_<i>`.
public record AgentId(String value) {
  public AgentId {
    // Derived from a job id of up to 128 characters, so the length rule of outside ids is not ours.
    if (value.isBlank() || value.indexOf('/') >= 0 || value.startsWith(".")) {
      throw new ProdigyException(ErrorCode.STORAGE, "Invalid id: agent '" + value + "'", null);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
