package dev.prodigy.cli.command;

/// What the value of an option or argument may look like.
public interface ValueType<V> {

  /// @throws BadValue saying what was expected
  V parse(String text) throws BadValue;

  /// A value that cannot be understood. Its message either continues `invalid value 'x' for
  /// '--limit <N>': ` or, being [#complete], stands alone.
  final class BadValue extends Exception {
    private static final long serialVersionUID = 1L;

    private final boolean complete;

    private BadValue(String message, boolean complete) {
      super(message, null, false, false);
      this.complete = complete;
    }

    public static BadValue expected(String what) {
      return new BadValue("expected " + what, false);
    }

    public static BadValue saying(String message) {
      return new BadValue(message, true);
    }

    boolean complete() {
      return complete;
    }

    String message() {
      String message = getMessage();
      return message == null ? "" : message;
    }
  }
}
