package dev.prodigy.cli.command;

import dev.prodigy.cli.terminal.Style;
import dev.prodigy.cli.terminal.Style.Tone;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The help text of a command, made from its definition.
public final class Help {
  private static final int WIDEST_TERM = 32;

  private record Entry(String term, String text) {}

  private final Command command;
  private final int width;
  private final Style style;
  private final StringBuilder text = new StringBuilder();

  private Help(Command command, int width, Style style) {
    this.command = command;
    this.width = width;
    this.style = style;
  }

  /// Without the last newline.
  public static String of(Command command, int width, Style style) {
    return new Help(command, width, style).write();
  }

  /// `Usage: prodigy events ls [OPTIONS]`.
  public static String usage(Command command) {
    var usage = new StringBuilder("Usage: ").append(command.path()).append(" [OPTIONS]");
    if (!command.subcommands().isEmpty()) {
      usage.append(" <COMMAND>");
    }
    for (Argument<?> argument : command.arguments()) {
      usage.append(' ').append(argument.usage());
    }
    return usage.toString();
  }

  private String write() {
    text.append(command.summary()).append('\n');
    if (!command.details().isEmpty()) {
      text.append('\n').append(command.details()).append('\n');
    }
    text.append('\n').append(usage(command)).append('\n');
    section("Commands", commands());
    section("Arguments", arguments());
    section("Options", options(command.options(), command));
    if (command.group() != null) {
      section("Global options", options(command.program().options(), command));
    }
    if (!command.subcommands().isEmpty()) {
      text.append("\nMore about a command: ").append(command.path()).append(" <COMMAND> --help\n");
    }
    return text.toString().stripTrailing();
  }

  private void section(String title, List<Entry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    text.append('\n').append(style.paint(Tone.STRONG, title + ":")).append('\n');
    int column = 0;
    for (Entry entry : entries) {
      if (entry.term.length() <= WIDEST_TERM) {
        column = Math.max(column, entry.term.length());
      }
    }
    for (Entry entry : entries) {
      text.append("  ").append(style.paint(Tone.NAME, entry.term));
      if (entry.term.length() > column) {
        text.append('\n').append(" ".repeat(column + 4));
      } else {
        text.append(" ".repeat(column - entry.term.length() + 2));
      }
      wrap(entry.text, column + 4);
    }
  }

  /// Breaks between words; continuation lines begin at `indent`.
  private void wrap(String paragraph, int indent) {
    int room = Math.max(24, width - indent);
    int used = 0;
    for (String word : paragraph.split(" ", -1)) {
      if (used > 0 && used + 1 + word.length() > room) {
        text.append('\n').append(" ".repeat(indent));
        used = 0;
      } else if (used > 0) {
        text.append(' ');
        used++;
      }
      text.append(word);
      used += word.length();
    }
    text.append('\n');
  }

  private List<Entry> commands() {
    var entries = new ArrayList<Entry>();
    for (Command subcommand : command.subcommands()) {
      if (!subcommand.isHidden()) {
        String aliases =
            subcommand.aliases().isEmpty()
                ? ""
                : " [also: " + String.join(", ", subcommand.aliases()) + "]";
        entries.add(new Entry(subcommand.name(), subcommand.summary() + aliases));
      }
    }
    return entries;
  }

  private List<Entry> arguments() {
    var entries = new ArrayList<Entry>();
    for (Argument<?> argument : command.arguments()) {
      entries.add(new Entry(argument.usage(), argument.help()));
    }
    return entries;
  }

  /// Global options that this command defines otherwise are left out.
  private static List<Entry> options(List<Option<?>> options, Command command) {
    var entries = new ArrayList<Entry>();
    for (Option<?> option : options) {
      if (!option.isHidden()
          && (command.options().contains(option) || !shadowed(option, command))) {
        entries.add(new Entry(term(option, command), explanation(option)));
      }
    }
    return entries;
  }

  private static boolean shadowed(Option<?> global, Command command) {
    for (Option<?> own : command.options()) {
      if (own.matches(global.name())) {
        return true;
      }
    }
    return false;
  }

  private static String term(Option<?> option, Command command) {
    String letter = letterTaken(option, command) ? "    " : "-" + option.letter() + ", ";
    return letter + option.spelling() + (option.repeats() ? "..." : "");
  }

  /// True without a letter, or if the command gives a global option's letter to one of its own.
  private static boolean letterTaken(Option<?> option, Command command) {
    for (Option<?> own : command.options()) {
      if (own != option && own.letter() == option.letter()) {
        return true;
      }
    }
    return option.letter() == '\0';
  }

  private static String explanation(Option<?> option) {
    String fallback = shown(option.fallback());
    return fallback == null ? option.help() : option.help() + " [default: " + fallback + "]";
  }

  private static @Nullable String shown(@Nullable Object fallback) {
    return switch (fallback) {
      case null -> null;
      case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
      case Optional<?> _ -> null;
      default -> fallback.toString();
    };
  }
}
