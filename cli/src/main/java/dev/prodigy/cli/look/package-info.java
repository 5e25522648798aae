/// Commands that look at what is kept, and change nothing.
@NullMarked
package dev.prodigy.cli.look;

import org.jspecify.annotations.NullMarked;
