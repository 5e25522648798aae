package dev.prodigy.storage;

/// How a reading went.
///
/// @param events those given to the sink
/// @param unreadable lines left out because they are no event or their checksum is wrong; a filter
///   looks only at lines that may pass it, so it counts only those
public record ReadSummary(long events, long unreadable) {}
