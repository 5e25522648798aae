package dev.prodigy.storage;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Owner;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.SessionId;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.jspecify.annotations.Nullable;

/// What can go wrong with what we keep. Every one names the path or the id concerned.
public final class StorageException extends ProdigyException {
  private static final long serialVersionUID = 1L;
  private static final String REPAIR = "prodigy storage verify --repair";
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneOffset.UTC);

  private StorageException(
      ErrorCode code,
      String message,
      @Nullable Path where,
      @Nullable String why,
      @Nullable String hint,
      @Nullable Throwable cause) {
    super(code, message, where == null ? null : where.toString(), why, hint, cause);
  }

  /// The operating system refused; its reason chooses the code: disk full, permission, missing, or
  /// plain I/O.
  public static StorageException io(Path path, IOException cause) {
    String why = reason(cause);
    return switch (codeOf(cause, why)) {
      case STORAGE_FULL ->
          new StorageException(
              ErrorCode.STORAGE_FULL,
              "I/O error: no space left to write " + path,
              path,
              why,
              "free some space: prodigy storage usage shows what is kept",
              cause);
      case STORAGE_PERMISSION ->
          new StorageException(
              ErrorCode.STORAGE_PERMISSION,
              "I/O error: permission denied: " + path,
              path,
              why,
              "check the owner and mode of the path",
              cause);
      case STORAGE_NOT_FOUND ->
          new StorageException(
              ErrorCode.STORAGE_NOT_FOUND, "Not found: " + path, path, why, null, cause);
      default ->
          new StorageException(
              ErrorCode.STORAGE_IO, "I/O error: " + path + ": " + why, path, why, null, cause);
    };
  }

  private static ErrorCode codeOf(IOException cause, String why) {
    if (cause instanceof NoSuchFileException || why.contains("No such file")) {
      return ErrorCode.STORAGE_NOT_FOUND;
    }
    if (cause instanceof AccessDeniedException
        || why.contains("Permission denied")
        || why.contains("Operation not permitted")
        || why.contains("Read-only file system")) {
      return ErrorCode.STORAGE_PERMISSION;
    }
    if (why.contains("No space left") || why.contains("quota exceeded")) {
      return ErrorCode.STORAGE_FULL;
    }
    return ErrorCode.STORAGE_IO;
  }

  /// The words of the system; the messages of JDK exceptions repeat the path otherwise.
  private static String reason(IOException cause) {
    return switch (cause) {
      case NoSuchFileException _ -> "No such file or directory";
      case AccessDeniedException _ -> "Permission denied";
      case FileNotFoundException e when String.valueOf(e.getMessage()).endsWith(")") ->
          inParentheses(String.valueOf(e.getMessage()));
      case FileSystemException e when e.getReason() != null -> e.getReason();
      default -> cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
    };
  }

  /// `path (why)` is how streams say it.
  private static String inParentheses(String message) {
    return message.substring(message.lastIndexOf('(') + 1, message.length() - 1);
  }

  /// The storage root cannot be made or used.
  public static StorageException rootUnusable(Path root, IOException cause) {
    String why = reason(cause);
    return new StorageException(
        codeOf(cause, why),
        "Cannot create storage root " + root + ": " + why,
        root,
        why,
        "set PRODIGY_HOME to a directory you can write to",
        cause);
  }

  /// A file that is there but does not hold what it should.
  public static StorageException damaged(Path path, String why) {
    return new StorageException(
        ErrorCode.STORAGE_CORRUPTED, "Corrupted: " + path + ": " + why, path, why, REPAIR, null);
  }

  /// A file that must not change while it is replaced has changed.
  public static StorageException beingWritten(Path path) {
    return new StorageException(
        ErrorCode.STORAGE_EXISTS,
        "Conflict: " + path + " is being written to",
        path,
        null,
        "try again when its writer has ended",
        null);
  }

  /// A regular expression that takes more stack than there is.
  public static StorageException patternTooDeep(String pattern) {
    return new StorageException(
        ErrorCode.VALIDATION,
        "The expression '" + pattern + "' is too complex for the texts it is tried on",
        null,
        "it repeats a group with alternatives",
        "write (a|b)* as [ab]*, or *+ for *",
        null);
  }

  /// A record of the map journal that cannot be read and that no checkpoint contains.
  public static StorageException damagedRecord(Path journal, long offset, String why) {
    return new StorageException(
        ErrorCode.STORAGE_CORRUPTED,
        "Corrupted: %s at byte %d: %s".formatted(journal, offset, why),
        journal,
        why,
        "remove that line to go on; the item it was about then runs again",
        null);
  }

  /// Checkpoints are there, but none can be used.
  public static StorageException noValidCheckpoint(Path directory, int tried, String why) {
    return new StorageException(
        ErrorCode.CHECKPOINT,
        "No valid checkpoint found (tried %d checkpoints)".formatted(tried),
        directory,
        why,
        null,
        null);
  }

  /// Written by a later version of this program.
  public static StorageException newerFormat(Path path, int found, int known) {
    return new StorageException(
        ErrorCode.CHECKPOINT,
        "VersionMismatch: %s has format %d, this program reads up to %d"
            .formatted(path, found, known),
        path,
        null,
        "use the version of prodigy that wrote it",
        null);
  }

  /// A document beyond the size we accept.
  public static StorageException tooLarge(Path path, long bytes, long limit, String largest) {
    return new StorageException(
        ErrorCode.CHECKPOINT,
        "%s would be %d bytes, more than the %d allowed".formatted(path, bytes, limit),
        path,
        "largest variables: " + largest,
        "capture less, or write large output to a file",
        null);
  }

  /// A value that has no JSON form.
  public static StorageException notWritable(Path path, RuntimeException cause) {
    return new StorageException(
        ErrorCode.STORAGE,
        "Serialization error: " + path + ": " + cause.getMessage(),
        path,
        null,
        null,
        cause);
  }

  /// Another process keeps a lock that should be held for moments only.
  public static StorageException lockTimeout(Path lock, long seconds, String holder) {
    return new StorageException(
        ErrorCode.STORAGE_LOCK,
        "Lock error: Failed to acquire storage lock after %ds (held by %s)"
            .formatted(seconds, holder),
        lock,
        null,
        null,
        null);
  }

  /// A run or resume of `id` is going on.
  public static StorageException heldByRun(String id, Owner holder, Instant acquiredAt) {
    return new StorageException(
        ErrorCode.SESSION_LOCKED,
        "Resume already in progress for job " + id,
        null,
        "Lock held by: PID %d on %s (acquired %s UTC)"
            .formatted(holder.pid(), holder.host(), SECONDS.format(acquiredAt)),
        "Please wait for the other process to complete, or use --force to override.",
        null);
  }

  public static StorageException sessionNotFound(SessionId id) {
    return new StorageException(
        ErrorCode.SESSION_NOT_FOUND,
        "session '" + id + "' not found",
        null,
        null,
        "prodigy sessions list",
        null);
  }

  public static StorageException sessionDamaged(Path file, String why) {
    return new StorageException(
        ErrorCode.SESSION_CORRUPTED, "Corrupted: " + file + ": " + why, file, why, REPAIR, null);
  }

  /// Something is there already that must not be overwritten.
  public static StorageException exists(Path path) {
    return new StorageException(
        ErrorCode.STORAGE_EXISTS, "Conflict: " + path + " already exists", path, null, null, null);
  }

  public static StorageException invalidId(String id, String why) {
    return new StorageException(
        ErrorCode.STORAGE, "Invalid id: '" + id + "' " + why, null, null, null, null);
  }

  /// What was asked for is not kept.
  public static StorageException notFound(Path path) {
    return new StorageException(
        ErrorCode.STORAGE_NOT_FOUND, "Not found: " + path, path, null, null, null);
  }
}
