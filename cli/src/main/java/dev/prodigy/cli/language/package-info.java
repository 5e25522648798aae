/// Commands for those who write workflows: check them, describe them, bring them up to date.
@NullMarked
package dev.prodigy.cli.language;

import org.jspecify.annotations.NullMarked;
