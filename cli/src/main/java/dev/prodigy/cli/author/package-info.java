/// Commands for those who write workflows: parameters, composition, templates, `init`.
@NullMarked
package dev.prodigy.cli.author;

import org.jspecify.annotations.NullMarked;
