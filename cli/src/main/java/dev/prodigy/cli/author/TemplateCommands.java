package dev.prodigy.cli.author;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Argument;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.terminal.Column;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Format;
import dev.prodigy.cli.terminal.Listing;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.TemplateFacts;
import dev.prodigy.workflow.WorkflowLoader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy template`: workflows kept under a name, for other workflows and for `run`.
public final class TemplateCommands {
  static final Argument<Path> FILE = Argument.required("PATH", Values.PATH, "A workflow file");
  static final Argument<String> NAME = Argument.required("NAME", Values.TEXT, "Of a template");
  private static final Argument<String> QUERY =
      Argument.required("QUERY", Values.TEXT, "Words in name, description or tags");
  private static final Argument<Optional<Path>> DIRECTORY =
      Argument.optional("DIR", Values.PATH, "Where; default: templates");
  static final Option<Optional<String>> AS =
      Option.value("name", "NAME", Values.TEXT, "Its name; default: the file's").letter('n');
  static final Option<Optional<String>> DESCRIPTION =
      Option.value("description", "TEXT", Values.TEXT, "What it is for").letter('d');
  static final Option<Optional<String>> VERSION =
      Option.value("version", "V", Values.TEXT, "Default: 1.0.0");
  static final Option<Optional<String>> TAGS =
      Option.value("tags", "A,B", Values.TEXT, "Words to find it by").letter('t');
  static final Option<Optional<String>> AUTHOR =
      Option.value("author", "NAME", Values.TEXT, "Who wrote it").letter('a');
  static final Option<Boolean> PROJECT =
      Option.flag("project", "For this project only: .prodigy/templates");
  static final Option<Boolean> FORCE =
      Option.flag("force", "Do not ask; replace what is there").letter('f');
  private static final Option<Optional<String>> TAG =
      Option.value("tag", "T", Values.TEXT, "Only those with this tag").letter('t');
  private static final Option<Boolean> LONG =
      Option.flag("long", "Also version and tags").letter('l');
  private static final Option<Boolean> SOURCE = Option.flag("source", "Its text instead");
  private static final Option<Boolean> BY_TAG =
      Option.flag("by-tag", "Look at tags only").letter('t');
  static final Option<Optional<Path>> OUTPUT =
      Option.value("output", "FILE", Values.PATH, "Write it there").letter('o');

  private TemplateCommands() {}

  public static void define(Command template) {
    template.add(
        "register",
        "Keep a workflow as a template",
        command ->
            command
                .arguments(FILE)
                .options(AS, DESCRIPTION, VERSION, TAGS, AUTHOR, PROJECT, FORCE)
                .runs(TemplateRegistration::register));
    template
        .add(
            "list",
            "All templates",
            command -> command.options(TAG, LONG).runs(TemplateCommands::list))
        .alias("ls");
    template.add(
        "show",
        "One template and its parameters",
        command -> command.arguments(NAME).options(SOURCE).runs(TemplateCommands::show));
    template
        .add(
            "delete",
            "Remove a template",
            command -> command.arguments(NAME).options(FORCE).runs(TemplateRegistration::delete))
        .alias("rm");
    template.add(
        "search",
        "Find templates by words",
        command -> command.arguments(QUERY).options(BY_TAG).runs(TemplateCommands::search));
    template.add(
        "validate",
        "Check a file as a template",
        command ->
            command
                .arguments(FILE)
                .options(ParameterOptions.PARAM, ParameterOptions.FILE, ParameterOptions.OFFLINE)
                .runs(TemplateCommands::validate));
    template.add(
        "init",
        "Make a directory with an example",
        command -> command.arguments(DIRECTORY).runs(call -> TemplateFiles.init(call, DIRECTORY)));
    template.add(
        "new",
        "Write a workflow that uses a template",
        command ->
            command
                .arguments(NAME)
                .options(
                    OUTPUT, ParameterOptions.PARAM, ParameterOptions.FILE, ParameterOptions.OFFLINE)
                .runs(TemplateFiles::write));
  }

  private static int list(Invocation call) {
    String tag = call.get(TAG).orElse(null);
    var chosen =
        TemplateStore.of(call).all().stream()
            .filter(one -> tag == null || one.info().tags().contains(tag))
            .toList();
    warn(call.console(), chosen);
    if (call.records().listFormat() != Format.HUMAN) {
      call.records().list(chosen, LISTING);
      return ExitCode.OK;
    }
    if (chosen.isEmpty()) {
      call.console().print("No templates found.");
    }
    for (TemplateStore.Template one : chosen) {
      print(call.console(), one, call.get(LONG));
    }
    return ExitCode.OK;
  }

  private static void warn(Console console, List<TemplateStore.Template> templates) {
    for (TemplateStore.Template one : templates) {
      String warning = one.info().warning();
      if (warning != null) {
        console.warn(warning);
      }
    }
  }

  private static void print(Console console, TemplateStore.Template one, boolean everything) {
    TemplateInfo info = one.info();
    String description =
        info.description() == null ? "No description" : String.valueOf(info.description());
    String shadowed = one.shadowed() ? " (shadowed, in " + one.layer() + ")" : "";
    if (!everything) {
      console.print("  " + one.name() + " - " + description + shadowed);
      return;
    }
    console.print("📦 " + one.name() + shadowed);
    console.print("   Description: " + description);
    console.print("   Version: " + info.version());
    console.print("   Tags: " + String.join(", ", info.tags()));
  }

  private static final Listing<TemplateStore.Template> LISTING =
      Listing.of(
          TemplateCommands::json,
          "No templates found.",
          List.of(
              Column.id("NAME", TemplateStore.Template::name),
              Column.of("VERSION", one -> one.info().version()),
              Column.of("WHERE", TemplateStore.Template::layer),
              Column.of(
                  "DESCRIPTION", one -> Optional.ofNullable(one.info().description()).orElse(""))));

  private static ObjectNode json(TemplateStore.Template one) {
    ObjectNode json = Json.NODES.objectNode();
    json.put("name", one.name());
    json.setAll(one.info().json());
    json.put("layer", one.layer());
    json.put("path", one.file().toString());
    json.put("shadowed", one.shadowed());
    return json;
  }

  private static int show(Invocation call) {
    TemplateStore.Template one = TemplateStore.of(call).require(call.get(NAME));
    Console console = call.console();
    if (call.get(SOURCE)) {
      console.print(TemplateFiles.text(one.file()).stripTrailing());
      return ExitCode.OK;
    }
    warn(console, List.of(one));
    TemplateFacts facts = WorkflowLoader.template(one.file(), Map.of(), TemplateStore.places(call));
    ObjectNode json = json(one);
    var array = json.putArray("parameters");
    facts.parameters().forEach(parameter -> array.add(parameter.json()));
    call.records().one(json, () -> print(console, one, facts));
    return ExitCode.OK;
  }

  private static void print(Console console, TemplateStore.Template one, TemplateFacts facts) {
    TemplateInfo info = one.info();
    print(console, one, true);
    if (info.author() != null) {
      console.print("   Author: " + info.author());
    }
    day(console, "Created", info.created());
    day(console, "Updated", info.updated());
    console.print("   Layer: " + one.layer() + " (" + one.file() + ")");
    console.print(facts.parameters().isEmpty() ? "   Parameters: none" : "   Parameters:");
    for (TemplateFacts.Parameter parameter : facts.parameters()) {
      console.print(
          "  - %s (%s)%s: %s"
              .formatted(
                  parameter.name(),
                  parameter.type(),
                  parameter.required() ? ", required" : "",
                  parameter.description()));
      if (parameter.standard() != null) {
        console.print("    Default: " + parameter.standard());
      }
    }
  }

  private static void day(Console console, String what, @Nullable String moment) {
    if (moment != null && moment.length() >= 10) {
      console.print("   " + what + ": " + moment.substring(0, 10));
    }
  }

  private static int search(Invocation call) {
    List<String> words =
        Arrays.stream(call.get(QUERY).toLowerCase(Locale.ROOT).split("\\s+", -1))
            .filter(Predicate.not(String::isEmpty))
            .toList();
    boolean byTag = call.get(BY_TAG);
    var found = new ArrayList<TemplateStore.Template>();
    for (TemplateStore.Template one : TemplateStore.of(call).all()) {
      String text = searched(one, byTag).toLowerCase(Locale.ROOT);
      if (!one.shadowed() && words.stream().allMatch(text::contains)) {
        found.add(one);
      }
    }
    if (call.records().listFormat() != Format.HUMAN) {
      call.records().list(found, LISTING);
    } else if (found.isEmpty()) {
      call.console().print("No templates found matching '" + call.get(QUERY) + "'");
    } else {
      call.console().print("Found %d template(s):".formatted(found.size()));
      found.forEach(one -> print(call.console(), one, false));
    }
    return ExitCode.OK;
  }

  private static String searched(TemplateStore.Template one, boolean byTag) {
    TemplateInfo info = one.info();
    String tags = String.join(" ", info.tags());
    return byTag ? tags : one.name() + " " + info.description() + " " + tags;
  }

  private static int validate(Invocation call) {
    Path file = call.callerDirectory().resolve(call.get(FILE)).normalize();
    TemplateFacts facts =
        WorkflowLoader.template(file, ParameterOptions.of(call), TemplateStore.places(call));
    Console console = call.console();
    facts.warnings().forEach(console::warn);
    console.print("✅ Template file is valid");
    console.print(
        "   Features: "
            + (facts.features().isEmpty() ? "none" : String.join(", ", facts.features())));
    long required = facts.parameters().stream().filter(TemplateFacts.Parameter::required).count();
    console.print(
        "   Parameters: %d required, %d optional"
            .formatted(required, facts.parameters().size() - required));
    console.print("   Defaults: " + facts.defaults());
    return ExitCode.OK;
  }
}
