package dev.prodigy.cli.terminal;

/// Which of our three standard streams are a terminal. The launcher asks the shell, which knows
/// without starting a process, and tells us.
public record Terminals(boolean input, boolean output, boolean errors) {
  public static final Terminals NONE = new Terminals(false, false, false);
  public static final Terminals ALL = new Terminals(true, true, true);

  /// @param digits the descriptors that are terminals, such as `02`
  public static Terminals of(String digits) {
    return new Terminals(
        digits.indexOf('0') >= 0, digits.indexOf('1') >= 0, digits.indexOf('2') >= 0);
  }
}
