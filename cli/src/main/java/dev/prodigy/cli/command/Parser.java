package dev.prodigy.cli.command;

import dev.prodigy.cli.command.ValueType.BadValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Turns the words of a command line into a [Parsed] call.
///
/// Options and arguments mix freely; `--name value`, `--name=value`, `-x value`, `-xvalue` and
/// clusters such as `-yv` work; `--` ends options; `_` and `-` are the same in the names of options
/// and subcommands; nothing may be abbreviated.
public final class Parser {
  private final List<String> words;
  private final Command program;
  private Command command;
  private int next;
  private boolean onlyArguments;
  private final List<String> arguments = new ArrayList<>();
  private final List<Parameter<?>> given = new ArrayList<>();
  private final List<Object> givenValues = new ArrayList<>();

  private Parser(Command program, List<String> words) {
    this.program = program;
    this.command = program;
    this.words = words;
  }

  /// @throws UsageException naming what is wrong, with the command as far as it was recognised
  public static Parsed parse(Command program, List<String> words) {
    var parser = new Parser(program, words);
    try {
      return parser.parse();
    } catch (UsageException e) {
      throw e.of(parser.command);
    }
  }

  private Parsed parse() {
    while (next < words.size()) {
      String word = words.get(next++);
      if (onlyArguments || word.length() < 2 || word.charAt(0) != '-') {
        plain(word);
      } else if (word.equals("--")) {
        onlyArguments = true;
      } else if (word.charAt(1) == '-') {
        longOption(word);
      } else {
        letters(word);
      }
    }
    var parsed = new Parsed(command);
    for (int i = 0; i < given.size(); i++) {
      parsed.add(given.get(i), givenValues.get(i));
    }
    if (!parsed.get(GlobalOptions.HELP) && !parsed.get(GlobalOptions.VERSION)) {
      assignArguments(parsed);
      checkOpposed(parsed);
    }
    return parsed;
  }

  private void plain(String word) {
    boolean group = command == program || !command.subcommands().isEmpty();
    if (group && word.equals("help")) {
      given.add(GlobalOptions.HELP);
      givenValues.add(true);
      return;
    }
    if (!group) {
      arguments.add(word);
      return;
    }
    String name = word.replace('_', '-');
    for (Command subcommand : command.subcommands()) {
      if (subcommand.answersTo(name)) {
        command = subcommand;
        return;
      }
    }
    String tip = Suggestions.command(name, command);
    Command otherwise = command.otherwise();
    if (otherwise != null && tip == null) {
      command = otherwise;
      arguments.add(word);
      return;
    }
    throw new UsageException("unrecognized subcommand '" + word + "'", tip, command);
  }

  private void longOption(String word) {
    int equals = word.indexOf('=');
    String name = word.substring(2, equals < 0 ? word.length() : equals).replace('_', '-');
    Option<?> option = find(name, '\0');
    Command otherwise = command.otherwise();
    if (option == null && otherwise != null) {
      option = find(otherwise.options(), name, '\0');
      command = option == null ? command : otherwise;
    }
    if (option == null) {
      String typed = equals < 0 ? word : word.substring(0, equals);
      throw new UsageException(
          "unrecognized option '" + typed + "'", Suggestions.option(name, command), command);
    }
    String inline = equals < 0 ? null : word.substring(equals + 1);
    if (!option.takesValue() && !option.isToggle() && inline != null) {
      throw new UsageException("option '" + option.spelling() + "' takes no value");
    }
    give(option, inline);
  }

  private void letters(String word) {
    for (int i = 1; i < word.length(); i++) {
      Option<?> option = find("", word.charAt(i));
      if (option == null) {
        throw new UsageException("unrecognized option '-" + word.charAt(i) + "'");
      }
      if (option.takesValue()) {
        int rest = i + 1 < word.length() && word.charAt(i + 1) == '=' ? i + 2 : i + 1;
        give(option, rest < word.length() ? word.substring(rest) : null);
        return;
      }
      give(option, null);
    }
  }

  /// The command's own option before a global one of the same name.
  private @Nullable Option<?> find(String name, char letter) {
    Option<?> own = find(command.options(), name, letter);
    return own != null ? own : find(program.options(), name, letter);
  }

  private static @Nullable Option<?> find(List<Option<?>> options, String name, char letter) {
    for (Option<?> option : options) {
      if (letter == '\0' ? option.matches(name) : option.letter() == letter) {
        return option;
      }
    }
    return null;
  }

  private void give(Option<?> option, @Nullable String inline) {
    if (option.once() && given.contains(option)) {
      throw new UsageException("option '" + option.spelling() + "' was given more than once");
    }
    given.add(option);
    if (option.takesValue()) {
      givenValues.add(read(option, inline != null ? inline : nextValue(option)));
    } else {
      givenValues.add(inline == null ? true : read(option, inline));
    }
  }

  private String nextValue(Option<?> option) {
    if (next == words.size() || isOption(words.get(next))) {
      throw new UsageException("option '" + option.spelling() + "' needs a value");
    }
    return words.get(next++);
  }

  /// True for the spelling of an option we know: then the value before it was forgotten. Other
  /// words that start with a dash are values, such as `-1`.
  private boolean isOption(String word) {
    if (word.length() < 2 || word.charAt(0) != '-') {
      return false;
    }
    if (word.charAt(1) != '-') {
      return find("", word.charAt(1)) != null;
    }
    int equals = word.indexOf('=');
    String name = word.substring(2, equals < 0 ? word.length() : equals);
    return name.isEmpty() || find(name.replace('_', '-'), '\0') != null;
  }

  private static Object read(Parameter<?> parameter, String text) {
    try {
      return parameter.type().parse(text);
    } catch (BadValue e) {
      throw new UsageException(
          e.complete()
              ? e.message()
              : "invalid value '" + text + "' for '" + parameter.spelling() + "': " + e.message());
    }
  }

  private void assignArguments(Parsed parsed) {
    int at = 0;
    var missing = new StringBuilder();
    for (Argument<?> argument : command.arguments()) {
      if (argument.isRequired() && at == arguments.size()) {
        missing.append(' ').append(argument.spelling());
      }
      int end = argument.takesRest() ? arguments.size() : Math.min(at + 1, arguments.size());
      for (; at < end; at++) {
        parsed.add(argument, read(argument, arguments.get(at)));
      }
    }
    if (!missing.isEmpty()) {
      throw new UsageException("the following required arguments were not provided:" + missing);
    }
    if (at < arguments.size()) {
      throw new UsageException("unexpected argument '" + arguments.get(at) + "'");
    }
  }

  private void checkOpposed(Parsed parsed) {
    for (Parameter<?> parameter : given) {
      if (parameter instanceof Option<?> option) {
        for (Option<?> other : option.opposed()) {
          if (parsed.has(other)) {
            throw new UsageException(
                "option '"
                    + option.spelling()
                    + "' cannot be used with '"
                    + other.spelling()
                    + "'");
          }
        }
      }
    }
  }
}
