package dev.prodigy.workflow.schema;

import dev.prodigy.workflow.Position;
import dev.prodigy.workflow.reading.WorkflowReader;
import dev.prodigy.workflow.schema.UserDefaults.Said;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import dev.prodigy.workflow.yaml.Yaml;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// A workflow written out in full: every default stands where one would write it, and each value
/// has its origin beside it. The text is a workflow again, with the same meaning.
public final class Explanation {

  /// One line of the text.
  ///
  /// @param text indented YAML
  /// @param path of the value: `commands[0].timeout`; empty for lines that only go on with a value
  /// @param value as one would write it; empty for lists and mappings
  /// @param origin `line 12`, `default`, a setting and where it stands, or where else it comes
  ///   from; empty with an empty path
  public record Line(String text, String path, String value, String origin) {}

  private static final String DEFAULT = "default";
  private static final String INHERITED = "retry_defaults, ";

  /// Fields of handlers that are a step's only if there is a command.
  private static final Set<String> AROUND_STEPS = Set.of("on_failure", "on_incomplete");

  /// Commands that `retry_defaults` reach, and those they do not.
  private static final Set<String> RETRIED = Set.of("shell", "claude", "agent", "test");

  private static final Set<String> NOT_RETRIED =
      Set.of("foreach", "write_file", "handler", "git", "cargo", "file", "workflow", "analyze");

  private final List<Line> lines = new ArrayList<>();
  private final @Nullable Value retryDefaults;
  private final UserDefaults user;

  /// Of a line in another the origin names that, too.
  private final String file;

  private Explanation(Value root, UserDefaults user) {
    this.user = user;
    retryDefaults = root.peek("retry_defaults");
    file = root.position().file();
  }

  /// @param text of a workflow that loads
  public static List<Line> of(String text, String file) {
    Value root = Yaml.parse(text, file).root();
    if (root == null) {
      throw new IllegalArgumentException("only workflows that load can be explained: " + file);
    }
    return of(root, UserDefaults.NONE);
  }

  /// @param root of a workflow that loads
  public static List<Line> of(Value root, UserDefaults user) {
    var explanation = new Explanation(root, user);
    if (root.is(Value.Kind.LIST)) {
      explanation.plain(root);
    } else {
      explanation.workflow(root);
    }
    return explanation.lines;
  }

  private void plain(Value list) {
    Block block = Language.block(Language.SEQUENTIAL);
    add(0, "commands:", "commands", "", line(list.position()));
    value(list, Language.STEPS, new Place("commands", 1, true));
    defaults(block, Set.of("commands"), Place.ROOT);
  }

  private void workflow(Value root) {
    boolean job = WorkflowReader.isMapReduce(root);
    Block block = Language.block(job ? Language.JOB : Language.SEQUENTIAL);
    fields(root.look(), block, Place.ROOT, false);
    if (job) {
      policy(root);
    }
  }

  /// Where a value stands.
  ///
  /// @param retried whether `retry_defaults` reach the steps there
  private record Place(String path, int indent, boolean retried) {
    static final Place ROOT = new Place("", 0, true);

    Place field(String name) {
      return new Place(path.isEmpty() ? name : path + "." + name, indent + 1, retried);
    }

    Place element(int index) {
      return new Place("%s[%d]".formatted(path, index), indent, retried);
    }

    Place withoutRetries() {
      return new Place(path, indent, false);
    }
  }

  /// The fields of a mapping, then the defaults of those that are not there.
  ///
  /// @param afterDash whether the first line stands behind the dash of a list
  private void fields(Mapping mapping, Block block, Place place, boolean afterDash) {
    int first = lines.size();
    List<String> names = mapping.names();
    for (String name : names) {
      Value value = mapping.owner().peek(name);
      Field field = block.field(name).orElse(null);
      if (value != null) {
        if (name.equals("max_attempts") && block.name().equals("step")) {
          String origin = line(mapping.position(name)) + ", written as max_attempts";
          retry("retry", value, reached(names) ? place : place.withoutRetries(), origin, true);
        } else {
          field(mapping, name, value, field, place);
        }
      }
    }
    var present = new HashSet<String>();
    names.forEach(name -> block.field(name).ifPresent(field -> present.addAll(field.names())));
    boolean bare = AROUND_STEPS.contains(block.name()) && !hasCommand(names);
    if (!bare) {
      inherited(block, present, names, place);
      defaults(block, present, place);
    } else {
      defaults(around(block), present, place);
    }
    if (afterDash && lines.size() > first) {
      Line line = lines.get(first);
      String text = "  ".repeat(place.indent - 1) + "- " + line.text.strip();
      lines.set(first, new Line(text, line.path, line.value, line.origin));
    }
  }

  /// Without what belongs to a step.
  private static Block around(Block block) {
    Block step = Language.block("step");
    return Block.of(
        block.name(),
        block.about(),
        block.fields().stream().filter(field -> step.field(field.name()).isEmpty()).toList());
  }

  private static boolean hasCommand(List<String> names) {
    return names.stream().anyMatch(Language.block("step").commands()::contains);
  }

  private void field(
      Mapping mapping, String name, Value value, @Nullable Field field, Place place) {
    String shown = field == null ? name : field.name();
    String origin = line(mapping.position(name));
    if (field == null) {
      origin += ", unknown";
    } else if (!name.equals(shown)) {
      origin += ", written as %s".formatted(name);
    }
    Place here = place.field(shown);
    if (shown.equals("retry") || shown.equals("retry_defaults")) {
      Place its = reached(mapping.names()) ? place : place.withoutRetries();
      retry(shown, value, its, origin, false);
      return;
    }
    if (shown.equals("max_parallel") && user.mostParallel() != null) {
      parallel(value, here, origin, user.mostParallel());
      return;
    }
    Value secret = mapping.owner().peek("secret");
    if (shown.equals("value") && secret != null && secret.scalar().equals("true")) {
      add(place.indent, "value: " + hidden(value), here.path, hidden(value), origin);
      return;
    }
    boolean inner = shown.equals("on_failure") || shown.equals("validate");
    Shape shape = field == null ? Language.ANYTHING : field.shape();
    if (here.path.startsWith("secrets.") || here.path.equals("secrets")) {
      shape = new Shape.Anything();
    }
    head(shown, value, shape, inner ? here.withoutRetries() : here, origin);
  }

  /// What a job asks for, or the limit for it; what a variable holds is not known before a run.
  private void parallel(Value value, Place here, String origin, Said most) {
    boolean known = value.is(Value.Kind.NUMBER);
    boolean over = known && user.isOverLimit(value.integer(1));
    String text = over ? most.value() : Scalar.inline(value);
    String source =
        over
            ? "%s, below %s in %s".formatted(most.origin(), value.scalar(), origin)
            : known ? origin : "%s, at most %s: %s".formatted(origin, most.value(), most.origin());
    add(here.indent - 1, "max_parallel: " + text, here.path, text, source);
  }

  /// A name, and its value on the same line or below.
  private void head(String name, Value value, Shape shape, Place here, String origin) {
    String start = "  ".repeat(here.indent - 1) + Scalar.key(name) + ":";
    boolean secret = here.path.startsWith("secrets.") && value.isScalar();
    if (secret || isInline(value)) {
      String text = secret ? hidden(value) : Scalar.inline(value);
      lines.add(new Line(start + " " + text, here.path, text, origin));
    } else if (value.is(Value.Kind.LIST) || value.is(Value.Kind.MAPPING)) {
      lines.add(new Line(start, here.path, "", origin));
      value(value, shape, here);
    } else {
      List<String> block = Scalar.block(value.scalar());
      lines.add(new Line(start + " " + block.getFirst(), here.path, value.scalar(), origin));
      more(block, here.indent);
    }
  }

  private void more(List<String> block, int indent) {
    block.stream().skip(1).forEach(text -> lines.add(new Line(indented(text, indent), "", "", "")));
  }

  private static String indented(String text, int indent) {
    return text.isEmpty() ? "" : "  ".repeat(indent) + text;
  }

  /// A secret that is written out stays unseen.
  private static String hidden(Value value) {
    String text = value.scalar();
    boolean names = text.contains("${") || text.matches("[A-Z_][A-Z0-9_]*");
    return names ? Scalar.inline(value) : "\"***\"";
  }

  private static boolean isInline(Value value) {
    return switch (value.kind()) {
      case LIST -> value.list().isEmpty();
      case MAPPING -> value.look().names().isEmpty();
      case TEXT -> !value.scalar().contains("\n") || Scalar.block(value.scalar()).isEmpty();
      case NUMBER, BOOLEAN, NOTHING -> true;
    };
  }

  /// A list or mapping, on lines of its own.
  private void value(Value value, Shape shape, Place place) {
    if (value.is(Value.Kind.MAPPING)) {
      mapping(value, shape, place, false);
      return;
    }
    Shape element = list(shape).map(Shape.ListOf::element).orElse(Language.ANYTHING);
    int index = 0;
    for (Value each : value.list()) {
      element(each, element, place, index++);
    }
  }

  private void element(Value each, Shape shape, Place place, int index) {
    Place here = place.element(index);
    if (each.is(Value.Kind.MAPPING) && !each.look().names().isEmpty()) {
      mapping(each, shape, new Place(here.path, place.indent + 1, place.retried), true);
    } else if (each.is(Value.Kind.LIST) && !each.list().isEmpty()) {
      add(place.indent, "-", here.path, "", line(each.position()));
      value(
          each,
          list(shape).<Shape>map(list -> list).orElse(Language.ANYTHING),
          new Place(here.path, place.indent + 1, place.retried));
    } else {
      String text = Scalar.inline(each);
      add(place.indent, "- " + text, here.path, text, line(each.position()));
    }
  }

  private void mapping(Value value, Shape shape, Place place, boolean afterDash) {
    Optional<Block> block = block(shape, value);
    if (block.isPresent()) {
      fields(value.look(), block.get(), place, afterDash);
      return;
    }
    Shape inner = map(shape).map(Shape.MapOf::value).orElse(Language.ANYTHING);
    int first = lines.size();
    Mapping mapping = value.look();
    for (String name : mapping.names()) {
      Value each = value.peek(name);
      if (each != null) {
        head(name, each, inner, place.field(name), line(mapping.position(name)));
      }
    }
    if (afterDash) {
      Line line = lines.get(first);
      String text = "  ".repeat(place.indent - 1) + "- " + line.text.strip();
      lines.set(first, new Line(text, line.path, line.value, line.origin));
    }
  }

  private static Optional<Shape.ListOf> list(Shape shape) {
    return switch (shape) {
      case Shape.ListOf list -> Optional.of(list);
      case Shape.OneOf(List<Shape> shapes) ->
          shapes.stream().flatMap(one -> list(one).stream()).findFirst();
      default -> Optional.empty();
    };
  }

  private static Optional<Shape.MapOf> map(Shape shape) {
    return switch (shape) {
      case Shape.MapOf map -> Optional.of(map);
      case Shape.OneOf(List<Shape> shapes) ->
          shapes.stream().flatMap(one -> map(one).stream()).findFirst();
      default -> Optional.empty();
    };
  }

  /// The block that knows most of the mapping's fields.
  private static Optional<Block> block(Shape shape, Value value) {
    List<String> names = value.look().names();
    return switch (shape) {
      case Shape.Fields(String name) -> Optional.of(Language.block(name));
      case Shape.OneOf(List<Shape> shapes) ->
          shapes.stream()
              .flatMap(one -> block(one, value).stream())
              .max(
                  Comparator.comparingLong(
                      block -> names.stream().filter(n -> block.field(n).isPresent()).count()));
      default -> Optional.empty();
    };
  }

  private void defaults(Block block, Set<String> present, Place place) {
    for (Field field : block.fields()) {
      String standard = field.standard();
      if (standard == null || present.contains(field.name()) || field.old()) {
        continue;
      }
      Place here = place.field(field.name());
      if (standard.equals("{}") && field.shape() instanceof Shape.Fields(String inner)) {
        add(place.indent, field.name() + ":", here.path, "", DEFAULT);
        defaults(Language.block(inner), Set.of(), here);
      } else {
        Said language = new Said(standard, DEFAULT);
        boolean parallel = field.name().equals("max_parallel");
        fill(field.name(), parallel ? user.parallelOr(language) : language, place);
      }
    }
  }

  private void fill(String field, Said said, Place place) {
    String text = field + ": " + said.value();
    add(place.indent, text, place.field(field).path, said.value(), said.origin());
  }

  /// What `retry_defaults` gives a step that says nothing about retries.
  private void inherited(Block block, Set<String> present, List<String> names, Place place) {
    Value from = retryDefaults;
    if (from != null
        && place.retried
        && block.name().equals("step")
        && !present.contains("retry")
        && !present.contains("max_attempts")
        && reached(names)) {
      retry("retry", from, place, "retry_defaults", false);
    }
  }

  /// Whether `retry_defaults` reach a step with these fields. A name without any command is an
  /// agent command in its older form.
  private static boolean reached(List<String> names) {
    boolean older =
        names.contains("command") || (names.contains("name") && !names.contains("validate"));
    return names.stream().anyMatch(RETRIED::contains)
        || (older && names.stream().noneMatch(NOT_RETRIED::contains));
  }

  /// In all its fields: a step's own, those of `retry_defaults`, the user's, the language's.
  ///
  /// @param atOnce a step's bare `max_attempts`
  private void retry(String name, Value value, Place place, String origin, boolean atOnce) {
    Place here = place.field(name);
    if (value.is(Value.Kind.BOOLEAN) && !value.flag()) {
      add(place.indent, name + ": " + Scalar.inline(value), here.path, value.scalar(), origin);
      return;
    }
    Block block = Language.block("retry");
    add(place.indent, name + ":", here.path, "", origin);
    var present = new HashSet<String>();
    Value from = retryDefaults;
    said(value, block, present, here, value.equals(from) && name.equals("retry") ? INHERITED : "");
    if (atOnce) {
      filled("initial_delay", new Said("0s", "max_attempts"), present, here);
    }
    if (from != null && name.equals("retry") && place.retried) {
      said(from, block, present, here, INHERITED);
    }
    filled("attempts", user.attempts(), present, here);
    filled("backoff", user.backoff(), present, here);
    defaults(block, present, here);
  }

  private void filled(String field, @Nullable Said said, Set<String> present, Place place) {
    if (said != null && present.add(field)) {
      fill(field, said, place);
    }
  }

  private void said(Value value, Block block, Set<String> present, Place here, String prefix) {
    if (value.is(Value.Kind.NUMBER) && present.add("attempts")) {
      String origin = prefix + line(value.position());
      String path = here.path + ".attempts";
      add(here.indent, "attempts: " + value.scalar(), path, value.scalar(), origin);
    }
    if (value.is(Value.Kind.TEXT)) {
      named(prefix + line(value.position()) + ", " + value.scalar(), present, here);
    }
    Mapping mapping = value.look();
    for (String field : mapping.names()) {
      Value each = value.peek(field);
      if (each != null && field.equals("jitter") && each.is(Value.Kind.NUMBER)) {
        if (!mapping.has("jitter_factor")) {
          factor(new Said(each.scalar(), prefix + line(mapping.position(field))), present, here);
        }
      }
      Field known = block.field(field).orElse(null);
      String shown = known == null ? field : known.name();
      if (each != null && present.add(shown.replaceFirst("_ms$", ""))) {
        Shape shape = known == null ? Language.ANYTHING : known.shape();
        head(shown, each, shape, here.field(shown), prefix + line(mapping.position(field)));
      }
    }
  }

  /// What `transient` stands for.
  private void named(String origin, Set<String> present, Place here) {
    factor(new Said(RetryLanguage.TRANSIENT_JITTER, origin), present, here);
    RetryLanguage.TRANSIENT.forEach(
        each -> filled(each.getKey(), new Said(each.getValue(), origin), present, here));
  }

  /// A number for `jitter` is its factor, too: to be written only if `jitter` stands there already,
  /// and then no default may come beside it.
  private void factor(Said number, Set<String> present, Place here) {
    if (present.contains("jitter")) {
      filled("jitter_factor", number, present, here);
    } else {
      present.add("jitter_factor");
    }
  }

  /// What holds of the error policy if no place says otherwise.
  private void policy(Value root) {
    Value map = root.peek("map");
    policy(root, map, "on_item_failure", "dlq");
    policy(root, map, "continue_on_failure", "true");
    policy(root, map, "error_collection", "aggregate");
  }

  private void policy(Value root, @Nullable Value map, String field, String standard) {
    boolean said = says(root, field) || (map != null && says(map, field));
    if (!said) {
      add(0, field + ": " + standard, field, standard, DEFAULT);
    }
  }

  private static boolean says(Value level, String field) {
    Value block = level.peek("error_policy");
    return level.peek(field) != null || (block != null && block.peek(field) != null);
  }

  private void add(int indent, String text, String path, String value, String origin) {
    lines.add(new Line("  ".repeat(indent) + text, path, value, origin));
  }

  private String line(@Nullable Position position) {
    if (position == null) {
      return "";
    }
    return position.file().equals(file)
        ? "line " + position.line()
        : position.file() + ":" + position.line();
  }
}
