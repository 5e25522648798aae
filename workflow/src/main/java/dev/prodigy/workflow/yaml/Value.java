package dev.prodigy.workflow.yaml;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.Position;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
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
    return new Value(node, new Place(subject, ""), problems);
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

  public boolean is(Kind kind) {
    return kind() == kind;
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
    problems.add(code, position(), place.tell(text));
  }

  /// A problem with something inside the value.
  public void problem(Position at, String text) {
    problems.add(ErrorCode.WORKFLOW_VALIDATION, at, place.tell(text));
  }

  /// @param offset in the text, from 0; points there if the file has the text as it is
  public void problemAt(int offset, ErrorCode code, String text) {
    Position start = position();
    int column = start.column() + leadingQuote() + offset;
    problems.add(
        code,
        standsAsWritten() ? new Position(start.file(), start.line(), column) : start,
        place.tell(text));
  }

  void problemAt(Node at, String text) {
    problems.add(ErrorCode.WORKFLOW_VALIDATION, position(at), place.tell(text));
  }

  public void warn(String text) {
    problems.warn(position(), place.tell(text));
  }

  /// As [#warn], but not again for the same text elsewhere in the file.
  public void warnOnce(String text) {
    problems.warnOnce(position(), text);
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

  /// Stand-in: `least`.
  public int integer(int least) {
    JsonNode number = Trees.scalar(this);
    if (!number.isIntegralNumber() || !number.canConvertToInt()) {
      expected("a whole number");
      return least;
    }
    if (number.intValue() < least) {
      problem("must be at least %d, is %s".formatted(least, scalar()));
      return least;
    }
    return number.intValue();
  }

  /// Stand-in: `least`.
  public double decimal(double least, double most) {
    JsonNode number = Trees.scalar(this);
    if (!number.isNumber()) {
      expected("a number");
      return least;
    }
    double value = number.doubleValue();
    if (value < least || value > most) {
      problem(
          most == Double.MAX_VALUE
              ? "must be at least %s, is %s".formatted(least, scalar())
              : "must be between %s and %s, is %s".formatted(least, most, scalar()));
      return least;
    }
    return value;
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
    return Mapping.quietly(this).take(field);
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
    return made(
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
    return made(
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
    return made(new ScalarNode(Tag.STR, true, text, style, node.getStartMark(), node.getEndMark()));
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
    return made(
        new ScalarNode(tag, true, text, ScalarStyle.PLAIN, node.getStartMark(), node.getEndMark()));
  }

  private Value made(Node made) {
    return new Value(made, place, problems);
  }

  /// The same value as the whole of a document.
  public Value asRoot() {
    return root(node, problems);
  }

  /// The value as plain data. Dates and the like are texts.
  public JsonNode json() {
    return Trees.json(this);
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
