package dev.prodigy.cli.manage;

import java.util.Locale;

/// What `prodigy clean` removes, in the order in which `all` does: links to something go after it.
enum CleanKind {
  WORKTREES("As worktree clean --all"),
  SESSIONS("Files of finished sessions, and their links"),
  LOGS("Logs of commands and agents"),
  STATE("Checkpoints and states of finished runs"),
  EVENTS("Event logs of finished jobs"),
  DLQ("Dead letters of finished jobs");

  private final String summary;

  CleanKind(String summary) {
    this.summary = summary;
  }

  String summary() {
    return summary;
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
