package dev.prodigy.git;

import java.nio.file.Path;

/// A session's worktree: its name is the session id, its branch `prodigy-<name>`.
public record Worktree(String name, Path path, String branch) {}
