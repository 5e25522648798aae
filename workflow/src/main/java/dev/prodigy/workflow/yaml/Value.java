package dev.prodigy.workflow.yaml;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.Position;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.CollectionNode;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import tools.jackson.databind.JsonNode;

/// A value of the file. Asking it for something it is not adds a problem and gives a harmless
/// stand-in, so that the rest can be read too.
public final class Value {

  /// What a value looks like; `words` is how messages say it.
  public enum Kind {
    TEXT("text"),
    NUMBER("a number"),
    BOOLEAN("true or false"),
    NOTHING("nothing"),
    LIST("a list"),
    MAPPING("a mapping");

    private final String words;

    Kind(String words) {
      this.words = words;
    }
  }

  private static final Pattern VARIABLE =
      Pattern.compile("\\$(?:(?<plain>[A-Za-z_]\\w*)|\\{(?<braced>[A-Za-z_]\\w*)})");
  private static final int MOST_DIGITS = 20;

  private final Node node;
  private final Place place;
  private final Problems problems;

  private Value(Node node, Place place, Problems problems) {
    this.node = LocalTags.asMapping(node);
    this.place = place;
    this.problems = problems;
  }

  static Value root(Node node, Problems problems) {
    return new Value(node, Place.ROOT, problems);
  }

  Value child(Node child, Place where) {
    return new Value(child, where, problems);
  }

  /// The same value, as messages are to name it from here on.
  public Value as(String subject) {
    return new Value(node, Place.of(subject), problems);
  }

  Place place() {
    return place;
  }

  Node node() {
    return node;
  }

  public String subject() {
    return place.subject();
  }

  public Position position() {
    return position(node);
  }

  Position position(Node of) {
    return of.getStartMark()
        .map(mark -> new Position(mark.getName(), mark.getLine() + 1, mark.getColumn() + 1))
        .orElseThrow();
  }

  public Kind kind() {
    return switch (node) {
      case SequenceNode _ -> Kind.LIST;
      case MappingNode _ -> Kind.MAPPING;
      default -> kind(node.getTag());
    };
  }

  private static Kind kind(Tag tag) {
    if (tag.equals(Tag.INT) || tag.equals(Tag.FLOAT)) {
      return Kind.NUMBER;
    }
    if (tag.equals(Tag.BOOL)) {
      return Kind.BOOLEAN;
    }
    return tag.equals(Tag.NULL) ? Kind.NOTHING : Kind.TEXT;
  }

  /// Whether a mapping in it, however deep, has a field of one of these names.
  public boolean hasFieldWithin(Set<String> names) {
    return Trees.hasField(node, names);
  }

  public boolean is(Kind kind) {
    return kind() == kind;
  }

  /// Where its text stands: from its first character to behind the last that belongs to it, without
  /// comments or line breaks that follow. Empty where nothing is written.
  public Span span() {
    return span(node);
  }

  static Span span(Node node) {
    int start = node.getStartMark().map(Mark::getIndex).orElse(0);
    return new Span(start, Math.max(start, end(node)));
  }

  /// A block collection's own mark is behind what follows it.
  private static int end(Node node) {
    return switch (node) {
      case SequenceNode list when !isFlow(list) && !list.getValue().isEmpty() ->
          end(list.getValue().getLast());
      case MappingNode mapping when !isFlow(mapping) && !mapping.getValue().isEmpty() ->
          Math.max(
              end(mapping.getValue().getLast().getKeyNode()),
              end(mapping.getValue().getLast().getValueNode()));
      default -> node.getEndMark().map(Mark::getIndex).orElse(0);
    };
  }

  private static boolean isFlow(CollectionNode<?> node) {
    return node.getFlowStyle() == FlowStyle.FLOW;
  }

  /// Whether it is a list or mapping in brackets.
  public boolean isFlow() {
    return node instanceof CollectionNode<?> collection && isFlow(collection);
  }

  public boolean isScalar() {
    return switch (kind()) {
      case TEXT, NUMBER, BOOLEAN -> true;
      case NOTHING, LIST, MAPPING -> false;
    };
  }

  public void problem(String text) {
    problem(ErrorCode.WORKFLOW_VALIDATION, text);
  }

  public void problem(ErrorCode code, String text) {
    if (!problems.isUndecided(scalar())) {
      problems.add(code, position(), place.tell(text));
    }
  }

  /// A problem with something inside the value.
  public void problem(Position at, String text) {
    problems.add(ErrorCode.WORKFLOW_VALIDATION, at, place.tell(text));
  }

  /// @param offset in the text, from 0; points there if the file has the text as it is
  public void problemAt(int offset, ErrorCode code, String text) {
    if (!problems.isUndecided(scalar())) {
      problems.add(code, position(offset), place.tell(text));
    }
  }

  /// @param offset as in [#problemAt]
  public void warnAt(int offset, String text) {
    problems.warn(position(offset), place.tell(text));
  }

  private Position position(int offset) {
    Position start = position();
    if (standsAsWritten()) {
      return new Position(start.file(), start.line(), start.column() + leadingQuote() + offset);
    }
    return node instanceof ScalarNode scalar && scalar.getScalarStyle() == ScalarStyle.LITERAL
        ? inBlock(start, scalar.getValue(), Math.min(offset, scalar.getValue().length()))
        : start;
  }

  /// Within the lines under a `|`, which the file has as they are, indented.
  private Position inBlock(Position start, String text, int offset) {
    int lineStart = text.lastIndexOf('\n', offset - 1) + 1;
    int lineEnd = text.indexOf('\n', lineStart);
    String line = text.substring(lineStart, lineEnd < 0 ? text.length() : lineEnd);
    int number =
        start.line()
            + 1
            + (int) text.substring(0, lineStart).chars().filter(c -> c == '\n').count();
    String written = problems.line(start.file(), number);
    return written.endsWith(line)
        ? new Position(
            start.file(), number, written.length() - line.length() + offset - lineStart + 1)
        : start;
  }

  void problemAt(Node at, String text) {
    problems.add(ErrorCode.WORKFLOW_VALIDATION, position(at), place.tell(text));
  }

  public void warn(String text) {
    problems.warn(position(), place.tell(text));
  }

  void warnAt(Node at, String text) {
    problems.warn(position(at), place.tell(text));
  }

  /// Something that works, and should be written differently.
  public void suggest(String text) {
    problems.suggest(position(), place.tell(text));
  }

  /// As [#suggest], but not again for the same text elsewhere in the file.
  public void suggestOnce(String text) {
    problems.suggestOnce(position(), text);
  }

  /// Remembers that this was read from here.
  public void made(Object read) {
    problems.made(read, this);
  }

  /// Where in the whole document something was read from; null if nobody said so.
  public @Nullable Value origin(Object read) {
    return problems.origin(read);
  }

  public void expected(String what) {
    expected(ErrorCode.WORKFLOW_VALIDATION, what);
  }

  public void expected(ErrorCode code, String what) {
    problem(code, "expected %s, got %s".formatted(what, kind().words));
  }

  /// Numbers and booleans as they are written. Stand-in: empty.
  public String text() {
    if (isScalar()) {
      return scalar();
    }
    expected("text");
    return "";
  }

  /// As written, or empty if it is a list or mapping.
  public String scalar() {
    return node instanceof ScalarNode scalar ? scalar.getValue() : "";
  }

  /// Stand-in: `false`.
  public boolean flag() {
    if (is(Kind.BOOLEAN)) {
      return scalar().equalsIgnoreCase("true");
    }
    expected("true or false");
    return false;
  }

  /// A whole number, or a variable that holds one. Stand-in: `least`.
  public int integer(int least) {
    Optional<BigDecimal> number = number("a whole number");
    if (number.isEmpty()) {
      return least;
    }
    BigDecimal value = number.get();
    boolean whole = value.precision() <= MOST_DIGITS && value.stripTrailingZeros().scale() <= 0;
    if (!whole || value.abs().compareTo(BigDecimal.valueOf(Integer.MAX_VALUE)) > 0) {
      expected("a whole number");
      return least;
    }
    if (value.intValue() < least) {
      problem("must be at least %d, is %s".formatted(least, value.toPlainString()));
      return least;
    }
    return value.intValue();
  }

  /// A number, or a variable that holds one. Stand-in: `least`.
  public double decimal(double least, double most) {
    Optional<BigDecimal> number = number("a number");
    if (number.isEmpty()) {
      return least;
    }
    double value = number.get().doubleValue();
    if (value < least || value > most) {
      problem(
          most == Double.MAX_VALUE
              ? "must be at least %s, is %s".formatted(least, scalar())
              : "must be between %s and %s, is %s".formatted(least, most, scalar()));
      return least;
    }
    return value;
  }

  /// Empty after a problem, and for a variable while nobody can know its value.
  private Optional<BigDecimal> number(String what) {
    Optional<String> variable = variable();
    if (variable.isPresent()) {
      return numberOf(variable.get(), what);
    }
    JsonNode number = Trees.scalar(this);
    if (number.isNumber()) {
      return Optional.of(number.decimalValue());
    }
    if (is(Kind.NUMBER)) {
      problem("expected %s, got `%s`".formatted(what, scalar()));
    } else {
      expected(what);
    }
    return Optional.empty();
  }

  private Optional<BigDecimal> numberOf(String name, String what) {
    Optional<String> text = lookUp(name);
    try {
      return text.map(String::strip).map(BigDecimal::new);
    } catch (NumberFormatException _) {
      unusable(name, text.orElse(""), what);
      return Optional.empty();
    }
  }

  /// What a variable holds that stands for this value; empty while nobody can know, and, after a
  /// problem, if there is none.
  public Optional<String> lookUp(String name) {
    var lookup = problems.variables(name);
    if (lookup == null) {
      return Optional.empty();
    }
    String text = lookup.apply(name);
    if (text == null) {
      problem(
          ErrorCode.ENVIRONMENT,
          "Environment variable '%s' not found in workflow env or system environment"
              .formatted(name));
    }
    return Optional.ofNullable(text);
  }

  /// A variable that stands for this value holds something else than it should.
  public void unusable(String name, String text, String wanted) {
    problem(
        ErrorCode.ENVIRONMENT,
        "Failed to parse environment variable '%s' value '%s': expected %s"
            .formatted(name, text, wanted));
  }

  /// The name in a text that is exactly `$NAME` or `${NAME}`.
  public Optional<String> variable() {
    var matcher = VARIABLE.matcher(scalar().strip());
    return matcher.matches()
        ? Optional.of(Objects.requireNonNullElse(matcher.group("plain"), matcher.group("braced")))
        : Optional.empty();
  }

  /// One of the constants of an enum, as `snake_case`, `kebab-case` or `PascalCase`.
  public <E extends Enum<E>> E word(E standIn) {
    var words = new LinkedHashMap<String, E>();
    Arrays.stream(standIn.getDeclaringClass().getEnumConstants())
        .forEach(e -> words.put(Spelling.snakeCase(e.name()), e));
    return word(words, standIn);
  }

  /// One of the words, which are in `snake_case`.
  public <T> T word(Map<String, T> words, T standIn) {
    String list = String.join(", ", words.keySet());
    if (!isScalar()) {
      expected("one of " + list);
      return standIn;
    }
    T meant = words.get(Spelling.snakeCase(scalar()));
    if (meant == null) {
      String guess =
          Spelling.nearest(scalar(), words.keySet())
              .map(", did you mean `%s`?"::formatted)
              .orElse("");
      problem("unknown word `%s`%s (valid: %s)".formatted(scalar(), guess, list));
      return standIn;
    }
    return meant;
  }

  /// Stand-in: empty.
  public List<Value> list() {
    if (node instanceof SequenceNode sequence) {
      var values = new ArrayList<Value>();
      for (Node element : sequence.getValue()) {
        values.add(child(element, place.element(values.size())));
      }
      return values;
    }
    expected("a list");
    return List.of();
  }

  /// Stand-in: empty.
  public Mapping mapping() {
    if (!(node instanceof MappingNode)) {
      expected("a mapping");
    }
    return Mapping.of(this);
  }

  /// A field of a mapping, looked at without a word about anything wrong with it.
  public @Nullable Value peek(String field) {
    return Mapping.peek(this, field);
  }

  /// The fields of a mapping (none, if it is no mapping), without a word about anything wrong.
  public Mapping look() {
    return Mapping.quietly(this);
  }

  /// The fields of a mapping in order, with their keys; none of anything else. Says nothing of what
  /// is wrong with them.
  public List<Entry> fields() {
    return node instanceof MappingNode ? Mapping.quietly(this).fields() : List.of();
  }

  /// A field of a mapping: its name, and where that and the value stand.
  public record Entry(String name, Value key, Value value) {
    public Entry with(Value other) {
      return new Entry(name, key, other);
    }
  }

  /// A mapping made of fields of others; stands where this value does.
  public Value mappingOf(Collection<Entry> fields) {
    return standing(
        new MappingNode(
            Tag.MAP,
            true,
            fields.stream().map(entry -> new NodeTuple(entry.key.node, entry.value.node)).toList(),
            FlowStyle.BLOCK,
            node.getStartMark(),
            node.getEndMark()));
  }

  /// A list made of other values; stands where this value does.
  public Value listOf(List<Value> elements) {
    return standing(
        new SequenceNode(
            Tag.SEQ,
            true,
            elements.stream().map(Value::node).toList(),
            FlowStyle.BLOCK,
            node.getStartMark(),
            node.getEndMark()));
  }

  /// Another text in the place of this one.
  public Value textOf(String text) {
    ScalarStyle style =
        node instanceof ScalarNode scalar && !scalar.isPlain()
            ? scalar.getScalarStyle()
            : ScalarStyle.DOUBLE_QUOTED;
    return standing(
        new ScalarNode(Tag.STR, true, text, style, node.getStartMark(), node.getEndMark()));
  }

  /// Data as if it stood where this value does.
  public Value dataOf(JsonNode data) {
    return switch (data.getNodeType()) {
      case ARRAY -> listOf(data.valueStream().map(this::dataOf).toList());
      case OBJECT ->
          mappingOf(
              data.properties().stream()
                  .map(e -> new Entry(e.getKey(), textOf(e.getKey()), dataOf(e.getValue())))
                  .toList());
      case STRING -> textOf(data.stringValue());
      case NUMBER -> plain(data.isIntegralNumber() ? Tag.INT : Tag.FLOAT, Json.text(data));
      case BOOLEAN -> plain(Tag.BOOL, Json.text(data));
      default -> plain(Tag.NULL, "null");
    };
  }

  private Value plain(Tag tag, String text) {
    return standing(
        new ScalarNode(tag, true, text, ScalarStyle.PLAIN, node.getStartMark(), node.getEndMark()));
  }

  private Value standing(Node made) {
    return new Value(made, place, problems);
  }

  /// The same value as the whole of a document that is read once more, with nothing found yet.
  ///
  /// @param variables what numbers are taken from; null: nobody knows yet
  public Value again(@Nullable Function<String, @Nullable String> variables) {
    return root(node, problems.again(variables));
  }

  /// Everything found in the document.
  public Problems problems() {
    return problems;
  }

  /// The same value as the whole of a document.
  public Value asRoot() {
    return root(node, problems);
  }

  /// The value as plain data. Dates and the like are texts.
  public JsonNode json() {
    return Trees.json(this);
  }

  /// Finds what is wrong with keys in parts of it that nobody read.
  public void checkKeys() {
    if (!Trees.hasPlainKeys(node)) {
      var _ = json();
    }
  }

  private int leadingQuote() {
    return node instanceof ScalarNode scalar && !scalar.isPlain() ? 1 : 0;
  }

  /// Whether the text is in one line of the file, without escapes.
  private boolean standsAsWritten() {
    if (!(node instanceof ScalarNode scalar)
        || scalar.getScalarStyle() == ScalarStyle.LITERAL
        || scalar.getScalarStyle() == ScalarStyle.FOLDED) {
      return false;
    }
    int column = position().column() - 1 + leadingQuote();
    Position start = position();
    return problems.line(start.file(), start.line()).startsWith(scalar.getValue(), column);
  }
}
