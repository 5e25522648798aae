package dev.prodigy.git;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/// Looks in a worktree's index for entries flagged "assume unchanged" or "skip worktree": a
/// checkout leaves such flags and, for the latter, the files alone. Format: gitformat-index(5); one
/// pass over the file instead of a process.
final class IndexFlags {
  private static final int HEADER_BYTES = 12;
  private static final int STAT_BYTES = 40;
  private static final int ASSUME_VALID = 0x8000;
  private static final int EXTENDED = 0x4000;
  private static final int SKIP_WORKTREE = 0x4000;
  private static final int NAME_LENGTH = 0xfff;

  private IndexFlags() {}

  /// Whether there may be any; true for an index in a form that is not understood.
  ///
  /// @param idBytes length of an object id, 20 or 32
  static boolean mayHideFiles(Path index, int idBytes) {
    try {
      if (!Files.exists(index)) {
        return false;
      }
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(index));
      int version = bytes.remaining() < HEADER_BYTES ? 0 : bytes.getInt(4);
      boolean understood = version >= 2 && version <= 4 && !split(index);
      return !understood || anyFlagged(bytes, idBytes, version);
    } catch (IOException e) {
      throw GitException.io(index, e);
    }
  }

  /// The rest of a split index is in files beside it.
  private static boolean split(Path index) throws IOException {
    try (var shared = Files.newDirectoryStream(index.resolveSibling("."), "sharedindex.*")) {
      return shared.iterator().hasNext();
    }
  }

  private static boolean anyFlagged(ByteBuffer bytes, int idBytes, int version) {
    int entries = bytes.getInt(8);
    int at = HEADER_BYTES;
    for (int i = 0; i < entries; i++) {
      int flagsAt = at + STAT_BYTES + idBytes;
      if (flagsAt + 4 > bytes.limit()) {
        return true; // damaged
      }
      int flags = bytes.getShort(flagsAt) & 0xffff;
      int nameAt = flagsAt + 2;
      if ((flags & EXTENDED) != 0) {
        if ((bytes.getShort(nameAt) & SKIP_WORKTREE) != 0) {
          return true;
        }
        nameAt += 2;
      }
      if ((flags & ASSUME_VALID) != 0) {
        return true;
      }
      at = version == 4 ? afterCompressed(bytes, nameAt) : afterPadded(bytes, at, nameAt, flags);
    }
    return false;
  }

  /// Up to version 3: the path, then 1 to 8 NULs up to a multiple of 8 bytes.
  private static int afterPadded(ByteBuffer bytes, int start, int nameAt, int flags) {
    int length = flags & NAME_LENGTH;
    int end = length < NAME_LENGTH ? nameAt + length : nextNul(bytes, nameAt);
    return start + ((end - start + 8) & ~7);
  }

  /// Version 4: how much of the previous path to drop, in bytes of seven bits, then the rest.
  private static int afterCompressed(ByteBuffer bytes, int nameAt) {
    int at = nameAt;
    while (at < bytes.limit() && bytes.get(at) < 0) {
      at++;
    }
    return nextNul(bytes, at + 1) + 1;
  }

  private static int nextNul(ByteBuffer bytes, int from) {
    int at = from;
    while (at < bytes.limit() && bytes.get(at) != 0) {
      at++;
    }
    return at;
  }
}
