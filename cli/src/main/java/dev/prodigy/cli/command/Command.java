package dev.prodigy.cli.command;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// A command or a group of commands: a name and a summary at once, options and subcommands only
/// when asked for, so that starting costs what was typed and not what exists.
public final class Command {
  private final String name;
  private final String summary;
  private final @Nullable Command group;
  private final Consumer<Command> definition;
  private final List<String> aliases = new ArrayList<>(0);
  private boolean hidden;

  private boolean defined;
  private final List<Command> subcommands = new ArrayList<>();
  private final List<Option<?>> options = new ArrayList<>();
  private final List<Argument<?>> arguments = new ArrayList<>();
  private @Nullable Action action;
  private String details = "";
  private @Nullable Command otherwise;

  private Command(
      String name, String summary, @Nullable Command group, Consumer<Command> definition) {
    this.name = name;
    this.summary = summary;
    this.group = group;
    this.definition = definition;
  }

  /// The program itself; its options are accepted by every command, before or after its name.
  public static Command program(String name, String summary, Consumer<Command> definition) {
    return new Command(name, summary, null, definition);
  }

  /// Adds a subcommand; `definition` gives it its options and action, or its own subcommands.
  public Command add(String name, String summary, Consumer<Command> definition) {
    var command = new Command(name, summary, this, definition);
    subcommands.add(command);
    return command;
  }

  /// Another name, shown in help.
  public Command alias(String other) {
    aliases.add(other);
    return this;
  }

  /// What a group means when none of its subcommands is named: this one.
  public Command otherwise(Command subcommand) {
    otherwise = subcommand;
    return this;
  }

  @Nullable Command otherwise() {
    define();
    return otherwise;
  }

  /// Works but is not listed.
  public Command hidden() {
    hidden = true;
    return this;
  }

  public Command options(Option<?>... more) {
    options.addAll(List.of(more));
    return this;
  }

  public Command arguments(Argument<?>... more) {
    arguments.addAll(List.of(more));
    return this;
  }

  /// Paragraphs under the summary in this command's help; lines break where they do here.
  public Command details(String text) {
    details = text.strip();
    return this;
  }

  public Command runs(Action action) {
    this.action = action;
    return this;
  }

  public String name() {
    return name;
  }

  String summary() {
    return summary;
  }

  List<String> aliases() {
    return aliases;
  }

  boolean isHidden() {
    return hidden;
  }

  boolean answersTo(String word) {
    return name.equals(word) || aliases.contains(word);
  }

  @Nullable Command group() {
    return group;
  }

  Command program() {
    Command command = this;
    while (command.group != null) {
      command = command.group;
    }
    return command;
  }

  /// Whether it is a group's, directly or not.
  public boolean isBelow(String groupName) {
    return group != null && (group.name.equals(groupName) || group.isBelow(groupName));
  }

  /// `prodigy events ls`.
  String path() {
    return group == null ? name : group.path() + " " + name;
  }

  public List<Command> subcommands() {
    define();
    return subcommands;
  }

  List<Option<?>> options() {
    define();
    return options;
  }

  List<Argument<?>> arguments() {
    define();
    return arguments;
  }

  public @Nullable Action action() {
    define();
    return action;
  }

  String details() {
    define();
    return details;
  }

  private void define() {
    if (!defined) {
      defined = true;
      definition.accept(this);
    }
  }
}
