package dev.prodigy.cli.language;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.OutputFile;
import dev.prodigy.cli.terminal.Style.Icon;
import dev.prodigy.workflow.WorkflowLoader;
import dev.prodigy.workflow.migrate.Migration;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// `prodigy migrate-yaml`: old workflow files get today's words, and keep everything else.
public final class MigrateYamlCommand {
  private static final Path STANDARD = Path.of("workflows");

  private static final Argument<Optional<Path>> PATH =
      Argument.optional("PATH", Values.PATH, "File or directory (default: workflows/)");
  private static final Option<Boolean> BACKUP =
      Option.toggle("backup", "Keep the old text as FILE.bak (default: true)", true);
  private static final Option<Boolean> DRY_RUN =
      Option.flag("dry-run", "Show the changes as a diff, and make none");
  private static final Option<Boolean> FORCE = Option.flag("force", "No backup").letter('f');

  private MigrateYamlCommand() {}

  public static void define(Command command) {
    command
        .arguments(PATH)
        .options(BACKUP, DRY_RUN, FORCE)
        .details(
            """
            Rewrites `test:`, top-level `steps:`, agent commands in their older forms, nested
            `commands:` and renamed fields, also within `templates:` and `workflows:`. Comments,
            order, quotes and all other text stay as they are. A file is replaced only after its
            new text has been read again.""")
        .runs(MigrateYamlCommand::migrate);
  }

  private static int migrate(Invocation call) {
    List<Path> files =
        WorkflowFiles.of(call.callerDirectory(), List.of(call.get(PATH).orElse(STANDARD)));
    boolean good = true;
    for (Path file : files) {
      good &= migrate(call, file);
    }
    if (files.isEmpty()) {
      call.console().note("No workflow files found.");
    }
    return good ? ExitCode.OK : ExitCode.FAILED;
  }

  private static boolean migrate(Invocation call, Path file) {
    Console console = call.console();
    String name = WorkflowFiles.shown(call.callerDirectory(), file);
    String text = WorkflowLoader.text(file);
    Migration.Result result = Migration.of(text, name);
    String ok = console.outStyle().icon(Icon.OK);
    if (result.failure() != null) {
      String icon = console.errStyle().icon(Icon.ERROR);
      console.error("%s Failed: %s - %s".formatted(icon, name, result.failure()));
      return false;
    }
    if (result.text().equals(text)) {
      console.print("%s Up to date: %s".formatted(ok, name));
      return true;
    }
    if (call.get(DRY_RUN)) {
      UnifiedDiff.of(name, text, result.text()).forEach(console::print);
      return true;
    }
    if (call.get(BACKUP) && !call.get(FORCE)) {
      write(file.resolveSibling(file.getFileName() + ".bak"), text);
    }
    write(file, result.text());
    console.print("%s Migrated: %s".formatted(ok, name));
    result.changes().forEach(change -> console.print("    " + change));
    return true;
  }

  private static void write(Path file, String text) {
    OutputFile.replace(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }
}
