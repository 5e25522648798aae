package dev.prodigy.storage;

import dev.prodigy.model.SessionId;

/// On whose behalf events are written.
///
/// @param correlationId one per run, shared by all its processes
public record WriterIdentity(SessionId session, String correlationId) {}
