package dev.prodigy.storage.file;

import dev.prodigy.storage.PackedOutput;
import java.nio.file.Path;

/// Where removed events go.
///
/// @param directory of the job; made when needed
/// @param compressed as gzip; else as plain JSON Lines
/// @param level of the gzip: 1 (fast) to 9 (small), or [PackedOutput#USUAL_LEVEL]
public record EventArchive(Path directory, boolean compressed, int level) {

  /// At the usual level.
  public EventArchive(Path directory, boolean compressed) {
    this(directory, compressed, PackedOutput.USUAL_LEVEL);
  }
}
