/// Commands, terminal, exit codes, and the wiring of everything.
@NullMarked
package dev.prodigy.cli;

import org.jspecify.annotations.NullMarked;
