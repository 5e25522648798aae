/// What a command is: its options, its arguments, how a command line becomes a call, and its help.
/// Every option is defined once; parsing, help and suggestions come from that definition.
@NullMarked
package dev.prodigy.cli.command;

import org.jspecify.annotations.NullMarked;
