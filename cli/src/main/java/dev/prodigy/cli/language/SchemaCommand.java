package dev.prodigy.cli.language;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.workflow.schema.SchemaWriter;

/// `prodigy schema`: the language as JSON Schema, for editors.
public final class SchemaCommand {
  private SchemaCommand() {}

  public static void define(Command command) {
    command
        .details(
            """
            Editors with YAML support complete and check workflows by it. In the first line of a
            workflow, or in the editor's settings:

              # yaml-language-server: $schema=./workflow-schema.json""")
        .runs(SchemaCommand::print);
  }

  private static int print(Invocation call) {
    call.console().print(SchemaWriter.schema().toPrettyString());
    return ExitCode.OK;
  }
}
