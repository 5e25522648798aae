/// What a person or a script sees: streams, colour, prompts, tables, records, sizes and times.
@NullMarked
package dev.prodigy.cli.terminal;

import org.jspecify.annotations.NullMarked;
