package dev.prodigy.cli.look;

import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.UsageException;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.terminal.OutputFile;
import dev.prodigy.storage.Bookmark;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/// Where a reader stopped, so that it goes on there: given as text or kept in a file.
final class BookmarkFile {
  private static final Option<Optional<String>> AFTER =
      Option.value(
          "after-cursor", "CURSOR", Values.TEXT, "Begin behind this position, SEGMENT:BYTE");
  private static final Option<Optional<Path>> FILE =
      Option.value(
              "cursor-file",
              "FILE",
              Values.PATH,
              "Begin where FILE says, and keep there how far it went")
          .not(AFTER);
  private static final Option<Boolean> SHOW =
      Option.flag("show-cursor", "Print where to go on, on standard error");

  private final Invocation call;
  private final Optional<Path> file;

  BookmarkFile(Invocation call) {
    this.call = call;
    this.file = call.get(FILE).map(call.callerDirectory()::resolve);
  }

  static void define(Command command) {
    command.options(FILE, AFTER, SHOW);
  }

  static boolean isAsked(Invocation call) {
    return call.get(AFTER).isPresent() || call.get(FILE).isPresent() || call.get(SHOW);
  }

  Bookmark position() {
    String text = call.get(AFTER).orElseGet(() -> file.map(BookmarkFile::read).orElse(""));
    try {
      return Bookmark.parse(text);
    } catch (IllegalArgumentException _) {
      throw new UsageException("not a cursor: '" + text.strip() + "'; expected SEGMENT:BYTE");
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException _) { // the first time
      return "";
    } catch (IOException e) {
      throw OutputFile.unreadable(file, e);
    }
  }

  /// Everything up to the position has reached our reader.
  void keep(Bookmark position) {
    call.console().flush();
    file.ifPresent(
        path ->
            OutputFile.replace(
                path, out -> out.write((position + "\n").getBytes(StandardCharsets.UTF_8))));
    if (call.get(SHOW)) {
      call.console().aside("cursor: " + position);
    }
  }
}
