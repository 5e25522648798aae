package dev.prodigy.storage;

import dev.prodigy.model.SessionId;

/// On whose behalf events are written.
///
/// @param correlationId one UUID per run, shared by all processes of that run
public record WriterIdentity(SessionId session, String correlationId) {}
