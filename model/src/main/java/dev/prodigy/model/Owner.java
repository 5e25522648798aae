package dev.prodigy.model;

/// The process that works on something. A number alone is not an identity: the start time tells a
/// live owner from an unrelated process that was given the same number.
///
/// @param processStartedAt epoch milliseconds
public record Owner(long pid, String host, long processStartedAt) {}
