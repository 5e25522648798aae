package dev.prodigy.model;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// An agent worktree that outlived its agent: its removal failed, or it was kept on purpose
/// (`error` then begins with `kept:`).
public record Orphan(
    String path,
    AgentId agentId,
    ItemId itemId,
    Instant failedAt,
    String error,
    @Nullable String branch) {}
