package dev.prodigy.agent;

/// One line a command wrote, secrets already masked, without its line end.
public record OutputLine(boolean stderr, String text) {}
