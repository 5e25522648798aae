package dev.prodigy.cli.command;

import org.jspecify.annotations.Nullable;

/// The command line is not one we understand; exit code 2. Not a [RuntimeException] of the
/// `ProdigyException` family, since it is about how we were called and not about what happened.
public final class UsageException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final @Nullable String tip;
  private final transient @Nullable Command command;

  UsageException(String message, @Nullable String tip, @Nullable Command command) {
    super(message, null, false, false);
    this.tip = tip;
    this.command = command;
  }

  public UsageException(String message) {
    this(message, null, null);
  }

  /// What to do instead, such as `did you mean 'events'?`.
  public @Nullable String tip() {
    return tip;
  }

  /// The command whose usage is shown with the error, if known.
  public @Nullable Command command() {
    return command;
  }

  UsageException of(Command command) {
    return this.command != null ? this : new UsageException(message(), tip, command);
  }

  public String message() {
    String message = getMessage();
    return message == null ? "" : message;
  }
}
