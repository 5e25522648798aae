package dev.prodigy.workflow.yaml;

/// A piece of a file's text.
///
/// @param start of its first character, from 0, in code points
/// @param end behind its last character
public record Span(int start, int end) {}
