package dev.prodigy.cli.terminal;

/// The forms records are printed in; `--output-format` names them in lower case.
public enum Format {
  HUMAN,
  JSON,
  JSONL,
  YAML,
  TABLE,
  CSV,
  MARKDOWN;

  public boolean isJson() {
    return this == JSON || this == JSONL;
  }
}
