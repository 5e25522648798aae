package dev.prodigy.storage.file;

import java.nio.file.Path;

/// Where removed events go.
///
/// @param directory of the job; made when needed
/// @param compressed as gzip; else as plain JSON Lines
public record EventArchive(Path directory, boolean compressed) {}
