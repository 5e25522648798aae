package dev.prodigy.model;

import java.util.UUID;

/// One `run` and all its resumes: `session-<uuid>`.
public record SessionId(String value) {
  public SessionId {
    value = Ids.require("session", value);
  }

  public static SessionId random() {
    return new SessionId("session-" + UUID.randomUUID());
  }

  @Override
  public String toString() {
    return value;
  }
}
