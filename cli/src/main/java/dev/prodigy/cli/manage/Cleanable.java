package dev.prodigy.cli.manage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One thing that cleaning removes as a whole.
///
/// @param name as users know it
/// @param last when something last happened to it
/// @param kept why it must stay; null if it may go
/// @param removal removes it
record Cleanable(String name, long bytes, Instant last, @Nullable String kept, Runnable removal) {}
