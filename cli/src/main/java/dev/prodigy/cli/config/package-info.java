/// The program's own settings: files, environment variables, and which of them wins.
@NullMarked
package dev.prodigy.cli.config;

import org.jspecify.annotations.NullMarked;
