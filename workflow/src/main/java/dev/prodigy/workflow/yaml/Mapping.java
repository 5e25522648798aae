package dev.prodigy.workflow.yaml;

import dev.prodigy.workflow.Position;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// A mapping whose fields are taken one by one. Each name asked for is one that is known here;
/// [#finish] warns of the fields that are left.
public final class Mapping {

  private static final String MERGE = "<<";
  private static final int FEW = 14;

  /// A step is asked for about so many names.
  private static final int KNOWN = 64;

  private record Field(Node key, Value value) {}

  private final Value owner;
  private final boolean quiet;
  private final Map<String, Field> fields = new LinkedHashMap<>();
  private final List<String> known = new ArrayList<>(KNOWN);

  private Mapping(Value owner, boolean quiet) {
    this.owner = owner;
    this.quiet = quiet;
  }

  static Mapping of(Value owner) {
    return of(owner, false);
  }

  /// One that finds nothing wrong: somebody else reads the fields in earnest.
  static Mapping quietly(Value owner) {
    return of(owner, true);
  }

  /// One field, without a view of all of them.
  static @Nullable Value peek(Value owner, String name) {
    if (!(owner.node() instanceof MappingNode node)) {
      return null;
    }
    boolean merges = false;
    for (NodeTuple entry : node.getValue()) {
      if (entry.getKeyNode() instanceof ScalarNode key) {
        boolean merge = isMerge(key);
        if (!merge && key.getValue().equals(name)) {
          return owner.child(entry.getValueNode(), owner.place().field(name));
        }
        merges |= merge;
      }
    }
    return merges ? quietly(owner).take(name) : null;
  }

  private static Mapping of(Value owner, boolean quiet) {
    var mapping = new Mapping(owner, quiet);
    if (owner.node() instanceof MappingNode node) {
      mapping.addOwn(node);
      mapping.addMerged(node);
    }
    return mapping;
  }

  /// The value this is a view of.
  public Value owner() {
    return owner;
  }

  public boolean has(String name) {
    return fields.containsKey(name);
  }

  /// Which of the names are there and not yet taken.
  public List<String> present(List<String> names) {
    var present = new ArrayList<String>();
    for (String name : names) { // for every step, so it has to be cheap
      if (fields.containsKey(name)) {
        present.add(name);
      }
    }
    return present;
  }

  /// The field under its name or one of its other names; a second time, nothing.
  public @Nullable Value take(String name, String... aliases) {
    Field found = takeOne(name);
    for (String alias : aliases) {
      Field other = takeOne(alias);
      if (found != null && other != null) {
        problemAt(
            other.key(), "`%s` is another name of `%s`: give one of them".formatted(alias, name));
      }
      found = found == null ? other : found;
    }
    return found == null ? null : found.value();
  }

  private @Nullable Field takeOne(String name) {
    known.add(name);
    return fields.remove(name);
  }

  public @Nullable String text(String name, String... aliases) {
    Value value = take(name, aliases);
    return value == null ? null : value.text();
  }

  public boolean flag(String name, boolean standard) {
    Value value = take(name);
    return value == null ? standard : value.flag();
  }

  public int integer(String name, int least, int standard) {
    Value value = take(name);
    return value == null ? standard : value.integer(least);
  }

  public <E extends Enum<E>> E word(String name, E standard) {
    Value value = take(name);
    return value == null ? standard : value.word(standard);
  }

  /// A field that must be there.
  public @Nullable Value require(String name, String... aliases) {
    Value value = take(name, aliases);
    if (value == null) {
      owner.problem("`%s` is missing".formatted(name));
    }
    return value;
  }

  /// Fields that mean nothing to us, whatever they hold.
  public void inert(String... names) {
    for (String name : names) {
      takeOne(name);
    }
  }

  /// A field that must not be there, for a reason.
  public void refuse(String name, String why) {
    Field field = takeOne(name);
    if (field != null) {
      problemAt(field.key(), why);
    }
  }

  /// Where the name of a field that is not taken yet stands; null if there is none.
  public @Nullable Span name(String field) {
    Field found = fields.get(field);
    return found == null ? null : Value.span(found.key());
  }

  /// Where a field that is not taken yet begins; null if there is none.
  public @Nullable Position position(String field) {
    Field found = fields.get(field);
    return found == null ? null : owner.position(found.key());
  }

  /// The names of the fields that are not taken yet, in the order they are written.
  public List<String> names() {
    return List.copyOf(fields.keySet());
  }

  /// Puts a value in place of a field, or adds the field.
  public void replace(String name, Value value) {
    fields.put(name, new Field(value.node(), value));
  }

  /// Names that are right in this place, though nobody asked for them.
  public void knows(List<String> names) {
    known.addAll(names);
  }

  /// The word of these that a field here is nearly called; null if none is.
  public @Nullable String misspelled(List<String> words) {
    return fields.keySet().stream()
        .flatMap(name -> Spelling.nearest(name, words).stream())
        .findFirst()
        .orElse(null);
  }

  /// All fields, by name, of a mapping whose keys are the user's own.
  public Map<String, Value> entries() {
    var entries = new LinkedHashMap<String, Value>();
    fields.forEach((name, field) -> entries.put(name, field.value()));
    fields.clear();
    return Collections.unmodifiableMap(entries);
  }

  /// The same one by one; takes nothing.
  void forEach(BiConsumer<String, Value> action) {
    fields.forEach((name, field) -> action.accept(name, field.value()));
  }

  /// The same with the keys; takes nothing.
  List<Value.Entry> fields() {
    return fields.entrySet().stream()
        .map(
            entry -> {
              Node key = entry.getValue().key();
              return new Value.Entry(
                  entry.getKey(),
                  owner.child(key, owner.place().field(entry.getKey())),
                  entry.getValue().value());
            })
        .toList();
  }

  /// Warns of every field nobody took: it means nothing here.
  public void finish() {
    if (!quiet) {
      fields.forEach((name, field) -> owner.warnAt(field.key(), unknown(name)));
    }
    fields.clear();
  }

  /// As [#finish], where a misspelled field does harm: it is an error then.
  public void finishExactly() {
    fields.forEach((name, field) -> problemAt(field.key(), unknown(name)));
    fields.clear();
  }

  private String unknown(String name) {
    Set<String> names = new LinkedHashSet<>(known);
    return "unknown field `%s`".formatted(name)
        + Spelling.nearest(name, names)
            .map(", did you mean `%s`?"::formatted)
            .orElseGet(
                () -> names.size() > FEW ? "" : " (known: " + String.join(", ", names) + ")");
  }

  private void problemAt(Node at, String text) {
    if (!quiet) {
      owner.problemAt(at, text);
    }
  }

  private void addOwn(MappingNode node) {
    for (NodeTuple entry : node.getValue()) {
      Node key = entry.getKeyNode();
      if (!(key instanceof ScalarNode scalar)) {
        problemAt(key, "a key must be text");
      } else if (!isMerge(scalar)) {
        addOwn(scalar, entry.getValueNode());
      }
    }
  }

  private void addOwn(ScalarNode key, Node value) {
    String name = key.getValue();
    Field before = fields.get(name);
    if (before != null) {
      problemAt(
          key,
          "key `%s` appears twice, first in line %d"
              .formatted(name, owner.position(before.key()).line()));
      return;
    }
    add(key, value);
  }

  private void add(ScalarNode key, Node value) {
    var child = owner.child(value, owner.place().field(key.getValue()));
    fields.put(key.getValue(), new Field(key, child));
  }

  /// What `<<` brings in gives way to the mapping's own keys, and earlier ones win.
  private void addMerged(MappingNode node) {
    for (NodeTuple entry : node.getValue()) {
      if (isMerge(entry.getKeyNode())) {
        mergedMappings(entry.getValueNode()).forEach(this::addMissing);
      }
    }
  }

  private List<MappingNode> mergedMappings(Node merged) {
    List<Node> nodes = merged instanceof SequenceNode s ? s.getValue() : List.of(merged);
    var mappings = new ArrayList<MappingNode>();
    for (Node node : nodes) {
      if (node instanceof MappingNode mapping) {
        mappings.add(mapping);
      } else {
        problemAt(node, "`<<` takes a mapping or a list of mappings");
      }
    }
    return mappings;
  }

  private void addMissing(MappingNode mapping) {
    for (NodeTuple entry : mapping.getValue()) {
      if (entry.getKeyNode() instanceof ScalarNode key
          && !isMerge(key)
          && !fields.containsKey(key.getValue())) {
        add(key, entry.getValueNode());
      }
    }
    addMerged(mapping);
  }

  static boolean isMerge(Node key) {
    return key instanceof ScalarNode scalar && scalar.isPlain() && scalar.getValue().equals(MERGE);
  }
}
