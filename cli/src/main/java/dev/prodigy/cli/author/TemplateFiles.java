package dev.prodigy.cli.author;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.workflow.TemplateFacts;
import dev.prodigy.workflow.WorkflowLoader;
import dev.prodigy.workflow.compose.Given;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Files that `prodigy template` writes for people to go on with.
final class TemplateFiles {
  private static final String EXAMPLE =
      """
      # A template: run it with `prodigy run refactor-example --param target=src`,
      # or use it in a workflow: `template: {source: refactor-example, with: {target: src}}`.
      name: refactor-example
      description: Refactors a directory and checks that the tests still pass
      parameters:
        target:
          type: string
          required: true
          description: Directory to refactor
        tests:
          type: string
          default: make test
          description: Command that must succeed afterwards
      commands:
        - claude: "/refactor ${target}"
          commit_required: true
        - shell: "${tests}"
      """;
  private static final String README =
      """
      # Templates

      Each `NAME.yml` here is a workflow that others can use:

          template: {source: NAME, with: {parameter: value}}

      or that runs by its name: `prodigy run NAME --param parameter=value`.
      `prodigy template list` shows them all, `prodigy template validate FILE` checks one.
      """;

  private TemplateFiles() {}

  static int init(Invocation call, Argument<Optional<Path>> argument) {
    Path directory =
        call.directory().resolve(call.get(argument).orElse(Path.of("templates"))).normalize();
    try {
      Files.createDirectories(directory);
      put(call, directory.resolve("refactor-example.yml"), EXAMPLE);
      put(call, directory.resolve("README.md"), README);
    } catch (IOException e) {
      throw TemplateStore.unreadable(directory, e);
    }
    return ExitCode.OK;
  }

  private static void put(Invocation call, Path file, String text) throws IOException {
    if (Files.exists(file)) {
      call.console().print("Kept: " + file);
    } else {
      TemplateRegistration.write(file, text.getBytes(StandardCharsets.UTF_8));
      call.console().print("Created: " + file);
    }
  }

  /// A workflow that uses a template; what must be given and is not, is `TODO`.
  static int write(Invocation call) {
    TemplateStore.Template one = TemplateStore.of(call).require(call.get(TemplateCommands.NAME));
    TemplateFacts facts = WorkflowLoader.template(one.file(), Map.of(), TemplateStore.places(call));
    Map<String, Given> given = ParameterOptions.of(call);
    var text = new StringBuilder("name: " + one.name() + "\ntemplate:\n");
    text.append("  source: ").append(Json.text(Json.NODES.stringNode(one.name()))).append('\n');
    if (!facts.parameters().isEmpty()) {
      text.append("  with:\n");
    }
    for (TemplateFacts.Parameter parameter : facts.parameters()) {
      text.append(line(parameter, given.get(parameter.name())));
    }
    Path target = call.get(TemplateCommands.OUTPUT).orElse(null);
    if (target == null) {
      call.console().print(text.toString().stripTrailing());
      return ExitCode.OK;
    }
    Path file = call.callerDirectory().resolve(target).normalize();
    if (Files.exists(file)) {
      throw new ProdigyException(
          ErrorCode.STORAGE_EXISTS, "File exists already: " + file, "choose another --output");
    }
    try {
      TemplateRegistration.write(file, text.toString().getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw TemplateStore.unreadable(file, e);
    }
    call.console().print("Created: " + file);
    return ExitCode.OK;
  }

  private static String line(TemplateFacts.Parameter parameter, @Nullable Given given) {
    String value =
        switch (given) {
          case Given.Text(String typed) -> Json.text(Json.NODES.stringNode(typed));
          case Given.Data(var data, _) -> Json.text(data);
          case null ->
              parameter.standard() == null
                  ? parameter.required() ? "TODO" : "null"
                  : Json.text(parameter.standard());
        };
    String comment = parameter.description().isEmpty() ? "" : "  # " + parameter.description();
    boolean needed = given != null || parameter.required();
    return "    %s%s: %s%s\n".formatted(needed ? "" : "# ", parameter.name(), value, comment);
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw TemplateStore.unreadable(file, e);
    }
  }
}
