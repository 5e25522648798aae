package dev.prodigy.cli.e2e.faults;

import java.util.List;

/// One command, what went before it, how a user goes on after it was disturbed, and what must hold
/// in the end however it was disturbed.
interface Scenario {
  String name();

  /// Everything before the command. Done once; each fault starts from a copy.
  void prepare(Bench bench);

  /// The command that is disturbed.
  List<String> command(Bench bench);

  /// Types what a user would, until the command's work is done.
  void recover(Bench bench);

  /// Whether every document is whole before the command.
  default boolean startsWhole() {
    return true;
  }

  /// The final state.
  void check(Bench bench);
}
