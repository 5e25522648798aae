package dev.prodigy.workflow.expression;

/// What `${file:…}` and `${cmd:…}` gave during one step.
public final class Computed {
  private final boolean runsCommands;

  Computed(boolean runsCommands) {
    this.runsCommands = runsCommands;
  }

  boolean runsCommands() {
    return runsCommands;
  }
}
