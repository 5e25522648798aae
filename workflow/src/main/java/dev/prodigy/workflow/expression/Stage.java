package dev.prodigy.workflow.expression;

import java.util.List;
import java.util.Locale;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/// What happens to a value between `${path` and `}`: modifiers (`:csv`) and filters (`|upper`).
sealed interface Stage {

  JsonNode apply(JsonNode value, Evaluation evaluation);

  /// As JSON text; for a shell, spelled so that it survives there.
  record AsJson(boolean shell) implements Stage {
    @Override
    public JsonNode apply(JsonNode value, Evaluation evaluation) {
      return Values.text(TextForm.json(value, shell));
    }
  }

  /// The elements as one text.
  record Joined(String separator) implements Stage {
    @Override
    public JsonNode apply(JsonNode value, Evaluation evaluation) {
      return Values.text(
          elements(value).stream().map(TextForm::of).collect(Collectors.joining(separator)));
    }
  }

  /// The elements one of the patterns matches.
  record Matching(List<Glob> globs) implements Stage {
    @Override
    public JsonNode apply(JsonNode value, Evaluation evaluation) {
      return Values.list(
          elements(value).stream()
              .filter(one -> globs.stream().anyMatch(glob -> glob.matches(TextForm.of(one))))
              .toList());
    }
  }

  /// Another text for what is undefined, null or empty.
  record Default(Template text) implements Stage {
    @Override
    public JsonNode apply(JsonNode value, Evaluation evaluation) {
      return Values.empty(value) ? Values.text(text.render(evaluation)) : value;
    }
  }

  /// Filters without an argument.
  enum Plain implements Stage {
    LENGTH,
    BASENAME,
    FIRST,
    LAST,
    UPPER,
    LOWER,
    TRIM,
    SH;

    @Override
    public JsonNode apply(JsonNode value, Evaluation evaluation) {
      return switch (this) {
        case LENGTH -> Functions.length(value);
        case BASENAME -> mapTexts(value, Plain::basename);
        case FIRST -> value.isArray() ? Functions.orNull(value.path(0)) : value;
        case LAST -> value.isArray() ? Functions.orNull(value.path(value.size() - 1)) : value;
        case UPPER -> mapTexts(value, text -> text.toUpperCase(Locale.ROOT));
        case LOWER -> mapTexts(value, text -> text.toLowerCase(Locale.ROOT));
        case TRIM -> mapTexts(value, String::strip);
        case SH -> Values.text(shellWords(value));
      };
    }

    private static JsonNode mapTexts(JsonNode value, UnaryOperator<String> change) {
      return value.isArray()
          ? Values.list(value.valueStream().map(one -> mapTexts(one, change)).toList())
          : Values.text(change.apply(TextForm.of(value)));
    }

    private static String basename(String path) {
      int end = path.length();
      while (end > 1 && path.charAt(end - 1) == '/') {
        end--;
      }
      return path.substring(path.lastIndexOf('/', end - 1) + 1, end);
    }

    private static String shellWords(JsonNode value) {
      return value.isArray()
          ? value.valueStream().map(Plain::shellWord).collect(Collectors.joining(" "))
          : shellWord(value);
    }

    private static String shellWord(JsonNode value) {
      return "'" + TextForm.of(value, TextForm.Lists.COMMAS, true).replace("'", "'\\''") + "'";
    }
  }

  /// A list's elements; anything else is a list of itself, and nothing an empty list.
  static List<JsonNode> elements(JsonNode value) {
    if (value.isArray()) {
      return List.copyOf(value.values());
    }
    return Values.absent(value) ? List.of() : List.of(value);
  }
}
