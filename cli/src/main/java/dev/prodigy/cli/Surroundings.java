package dev.prodigy.cli;

import dev.prodigy.cli.command.Signals;
import dev.prodigy.cli.terminal.Terminals;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Map;

/// What a process gives to the program; a test gives its own.
///
/// @param directory absolute
public record Surroundings(
    InputStream in,
    OutputStream out,
    OutputStream err,
    Terminals terminals,
    Map<String, String> env,
    Path directory,
    Signals signals) {}
