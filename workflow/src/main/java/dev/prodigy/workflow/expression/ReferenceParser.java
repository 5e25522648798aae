package dev.prodigy.workflow.expression;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Reads the body of `${…}`. What is not one of our forms gives null and stays as it is.
final class ReferenceParser {
  private static final List<String> COMPUTED = List.of("cmd:", "file:", "json:", "date:", "env:");

  /// `${file:0:3}`, `${date:+x}`: shell expansions of variables that are called like our forms.
  private static final Pattern SHELL_EXPANSION =
      Pattern.compile("[-+=?].*|\\s*-?\\d+(\\s*:\\s*-?\\d+)?\\s*", Pattern.DOTALL);

  private final String source;
  private final Template.Kind kind;
  private final Set<String> references;

  ReferenceParser(String source, Template.Kind kind, Set<String> references) {
    this.source = source;
    this.kind = kind;
    this.references = references;
  }

  /// Is `$1` an argument of ours?
  boolean takesArguments() {
    return kind == Template.Kind.TEXT || kind == Template.Kind.ENV;
  }

  private boolean shell() {
    return kind == Template.Kind.SHELL;
  }

  /// The brace that closes the body; commands and functions may hold braces in quotes.
  int end(int body, int limit) {
    int start = skipSpaces(body, limit);
    if (source.startsWith("cmd:", start) || functionName(start, limit) != null) {
      int end = Braces.endOutsideQuotes(source, body, limit);
      if (end >= 0) {
        return end;
      }
    }
    return Braces.end(source, body, limit, shell());
  }

  /// The reference whose body is this range.
  ///
  /// @throws ExpressionException for an unknown filter or a malformed function call
  @Nullable Reference parse(int from, int to) {
    int start = skipSpaces(from, to);
    for (String prefix : COMPUTED) {
      if (source.startsWith(prefix, start)
          && !source.startsWith(":-", start + prefix.length() - 1)) {
        return computed(prefix, from, start + prefix.length(), to);
      }
    }
    String function = functionName(start, to);
    if (function != null) {
      ExpressionParser parser = ExpressionParser.inside(source, start, to, references);
      Node call = parser.call();
      return rest(new Reference.Head.Call(call), from, parser.position(), to);
    }
    VariablePath.Found found = VariablePath.at(source, start, to);
    if (found == null) {
      return null;
    }
    Reference.Head head = head(found.path());
    return head == null ? null : rest(head, from, found.end(), to);
  }

  private Reference.@Nullable Head head(VariablePath path) {
    if (path.simple() && path.base().chars().allMatch(c -> c >= '0' && c <= '9')) {
      return takesArguments() && !path.base().startsWith("0")
          ? new Reference.Head.Variable(VariablePath.of("ARG_" + path.base()))
          : null;
    }
    return path.simple() && path.base().equals("uuid")
        ? new Reference.Head.Uuid(path)
        : new Reference.Head.Variable(path);
  }

  private @Nullable String functionName(int start, int to) {
    int end = start;
    while (end < to && ShellText.isNameCharacter(source.charAt(end))) {
      end++;
    }
    if (end == to || source.charAt(end) != '(') {
      return null;
    }
    String name = source.substring(start, end);
    return Functions.known(name) ? name : null;
  }

  private @Nullable Reference computed(String prefix, int from, int start, int to) {
    String body = source.substring(start, to);
    if (shell() && SHELL_EXPANSION.matcher(body).matches()) {
      return null;
    }
    int split = Braces.lastDefault(source, start, to);
    int end = split < 0 ? to : split;
    Reference.Head head =
        switch (prefix) {
          case "cmd:" ->
              new Reference.Head.CommandOutput(template(start, end, Template.Kind.SHELL));
          case "file:" -> new Reference.Head.FileText(template(start, end, Template.Kind.FILE));
          case "json:" -> json(source.substring(start, end));
          case "date:" -> new Reference.Head.Date(source.substring(start, end).strip());
          default -> environment(source.substring(start, end).strip());
        };
    return head == null ? null : reference(head, List.of(), split < 0 ? -1 : split + 2, from, to);
  }

  private static Reference.@Nullable Head environment(String name) {
    VariablePath path = VariablePath.parse("env." + name);
    return path == null ? null : new Reference.Head.Variable(path);
  }

  private static Reference.@Nullable Head json(String body) {
    int from = body.indexOf(":from:");
    int split = from < 0 ? body.indexOf(':') : from;
    VariablePath path = split < 0 ? null : VariablePath.parse(body.substring(0, split).strip());
    if (path == null) {
      return null;
    }
    String holder = body.substring(split + (from < 0 ? 1 : ":from:".length())).strip();
    return holder.isEmpty() ? null : new Reference.Head.JsonValue(path, holder, from >= 0);
  }

  /// Modifiers, filters and a default behind the head.
  private @Nullable Reference rest(Reference.Head head, int from, int start, int to) {
    List<Stage> stages = new ArrayList<>();
    int at = skipSpaces(start, to);
    while (at < to) {
      if (source.startsWith(":-", at) && at + 1 < to) {
        return reference(head, stages, at + 2, from, to);
      }
      int end =
          switch (source.charAt(at)) {
            case ':' -> modifier(head, at + 1, to, stages);
            case '|' -> filter(at + 1, to, stages);
            default -> -1;
          };
      if (end < 0) {
        return null;
      }
      at = skipSpaces(end, to);
    }
    return reference(head, stages, -1, from, to);
  }

  private Reference reference(
      Reference.Head head, List<Stage> stages, int fallback, int from, int to) {
    Template text = fallback < 0 ? null : template(fallback, to, kind);
    return new Reference(head, stages, text, source.substring(from - 2, to + 1));
  }

  private Template template(int from, int to, Template.Kind nested) {
    return new TemplateParser(source, from, to, nested, references).parse();
  }

  /// Adds the modifier that begins here; its end, or -1 if it is none of ours.
  private int modifier(Reference.Head head, int start, int to, List<Stage> stages) {
    int end = next(start, to, ":|");
    String name = source.substring(start, end).strip();
    boolean glob = name.indexOf('*') >= 0 || name.indexOf('?') >= 0;
    if (shell() && name.startsWith("?") && isSimple(head)) {
      return -1; // ${name:?message} of the shell
    }
    Stage stage =
        switch (name) {
          case "json" -> new Stage.AsJson(shell());
          case "lines", "newline" -> new Stage.Joined("\n");
          case "csv", "comma" -> new Stage.Joined(",");
          default -> glob ? new Stage.Matching(Glob.list(name)) : null;
        };
    if (stage == null) {
      return -1;
    }
    stages.add(stage);
    return end;
  }

  private static boolean isSimple(Reference.Head head) {
    return head instanceof Reference.Head.Variable(VariablePath path) && path.simple();
  }

  /// Adds the filter that begins here; its end, or -1 if this is no filter at all (`a || b`).
  private int filter(int start, int to, List<Stage> stages) {
    int nameStart = skipSpaces(start, to);
    int nameEnd = nameStart;
    while (nameEnd < to && ShellText.isNameCharacter(source.charAt(nameEnd))) {
      nameEnd++;
    }
    if (nameEnd == nameStart) {
      return -1;
    }
    String name = source.substring(nameStart, nameEnd).toLowerCase(Locale.ROOT);
    boolean argument =
        List.of("default", "join", "pattern", "length").contains(name)
            && source.startsWith(":", nameEnd)
            && nameEnd < to;
    int end = argument ? next(nameEnd + 1, to, "|") : nameEnd;
    stages.add(stage(name, argument ? nameEnd + 1 : nameEnd, end, nameStart));
    return end;
  }

  private Stage stage(String name, int argument, int end, int at) {
    return switch (name) {
      case "default" -> new Stage.Default(template(argument, end, kind));
      case "json" -> new Stage.AsJson(shell());
      case "lines" -> new Stage.Joined("\n");
      case "csv" -> new Stage.Joined(",");
      case "join" -> new Stage.Joined(separator(source.substring(argument, end)));
      case "pattern" -> new Stage.Matching(Glob.list(unquoted(source.substring(argument, end))));
      case "length" -> Stage.Plain.LENGTH;
      case "basename" -> Stage.Plain.BASENAME;
      case "first" -> Stage.Plain.FIRST;
      case "last" -> Stage.Plain.LAST;
      case "upper" -> Stage.Plain.UPPER;
      case "lower" -> Stage.Plain.LOWER;
      case "trim" -> Stage.Plain.TRIM;
      case "sh" -> Stage.Plain.SH;
      default -> throw new ExpressionException(source, at, "Unknown filter '%s'".formatted(name));
    };
  }

  private static String separator(String argument) {
    return unquoted(argument).replace("\\n", "\n").replace("\\t", "\t");
  }

  private static String unquoted(String argument) {
    boolean quoted =
        argument.length() > 1
            && (argument.startsWith("'") || argument.startsWith("\""))
            && argument.charAt(0) == argument.charAt(argument.length() - 1);
    return quoted ? argument.substring(1, argument.length() - 1) : argument;
  }

  /// The next of these characters outside quotes and braces, or the end.
  private int next(int start, int to, String stops) {
    int depth = 0;
    for (int i = start; i < to; i++) {
      char c = source.charAt(i);
      if (c == '\'' || c == '"') {
        int close = source.indexOf(c, i + 1);
        i = close < 0 || close >= to ? i : close;
      } else if (c == '{') {
        depth++;
      } else if (c == '}') {
        depth--;
      } else if (depth == 0 && stops.indexOf(c) >= 0) {
        return i;
      }
    }
    return to;
  }

  private int skipSpaces(int from, int to) {
    int i = from;
    while (i < to && Character.isWhitespace(source.charAt(i))) {
      i++;
    }
    return i;
  }
}
