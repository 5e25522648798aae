package dev.prodigy.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Anything that can go wrong for a user, told so that they can act on it. Each module has its own
/// subclass with one factory per case. A fault of ours is an [IllegalStateException] instead.
///
/// The message names the thing; [#where] the place (`file:line:column` and the source line, or a
/// path); [#why] the cause; [#hint] something one can type; [#context] what was being done,
/// innermost first.
public class ProdigyException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final ErrorCode code;
  private final @Nullable String where;
  private final @Nullable String why;
  private final @Nullable String hint;
  private final ArrayList<String> context = new ArrayList<>();

  public ProdigyException(
      ErrorCode code,
      String message,
      @Nullable String where,
      @Nullable String why,
      @Nullable String hint,
      @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
    this.where = where;
    this.why = why;
    this.hint = hint;
  }

  public ProdigyException(ErrorCode code, String message, @Nullable String hint) {
    this(code, message, null, null, hint, null);
  }

  public ErrorCode code() {
    return code;
  }

  /// Never null, unlike [#getMessage] by its type.
  public String message() {
    String message = getMessage();
    return message == null ? code.name() : message;
  }

  public @Nullable String where() {
    return where;
  }

  public @Nullable String why() {
    return why;
  }

  public @Nullable String hint() {
    return hint;
  }

  /// What was being done when it happened, innermost first.
  public List<String> context() {
    return Collections.unmodifiableList(context);
  }

  /// Adds what the caller was doing: `throw e.during("resuming job " + job)`.
  public ProdigyException during(String action) {
    context.add(action);
    return this;
  }
}
