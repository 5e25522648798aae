package dev.prodigy.cli.author;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;

/// A name no template can have; not a fault of anybody's settings, though it has their code.
public final class InvalidTemplateName extends ProdigyException {
  private static final long serialVersionUID = 1L;

  InvalidTemplateName(String name) {
    super(
        ErrorCode.CONFIG_INVALID_VALUE,
        "Invalid template name '%s'".formatted(name),
        null,
        "a name has letters, digits, '.', '_' and '-', and begins with a letter or digit",
        null,
        null);
  }
}
