package dev.prodigy.workflow.compose;

import dev.prodigy.workflow.yaml.Value;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The parts of a workflow, and how those of two files become one: mappings merge deeply, the upper
/// one wins, its `null` takes a key away; scalars and lists replace. Lists of steps follow the
/// rules of their own.
final class Sections {
  /// Parts that are lists of steps, or mappings with such a list under `commands`.
  static final List<String> STEP_LISTS = List.of("commands", "setup", "reduce", "merge");

  private static final String COMMANDS = "commands";
  private static final String AGENT = "agent_template";

  private final Map<String, Value.Entry> entries;
  private final Value owner;

  private Sections(Map<String, Value.Entry> entries, Value owner) {
    this.entries = entries;
    this.owner = owner;
  }

  /// A file's content; a plain list is its `commands`, and so are `steps`.
  static Sections of(Value root) {
    var entries = new LinkedHashMap<String, Value.Entry>();
    if (root.is(Value.Kind.LIST)) {
      entries.put(COMMANDS, new Value.Entry(COMMANDS, root.textOf(COMMANDS), root));
    }
    for (Value.Entry entry : root.fields()) {
      String name = entry.name().equals("sub_workflows") ? "workflows" : entry.name();
      if (name.equals("steps") && root.peek(COMMANDS) == null) {
        name = COMMANDS;
      }
      entries.put(
          name,
          name.equals(entry.name())
              ? entry
              : new Value.Entry(name, entry.key().textOf(name), entry.value()));
    }
    return new Sections(entries, root);
  }

  static Sections none(Value owner) {
    return new Sections(new LinkedHashMap<>(), owner);
  }

  Value owner() {
    return owner;
  }

  @Nullable Value get(String name) {
    Value.Entry entry = entries.get(name);
    return entry == null ? null : entry.value();
  }

  Value.@Nullable Entry entry(String name) {
    return entries.get(name);
  }

  List<String> names() {
    return List.copyOf(entries.keySet());
  }

  void put(String name, Value value) {
    Value.Entry before = entries.get(name);
    entries.put(
        name,
        before == null ? new Value.Entry(name, value.textOf(name), value) : before.with(value));
  }

  void remove(String name) {
    entries.remove(name);
  }

  Sections copy() {
    return new Sections(new LinkedHashMap<>(entries), owner);
  }

  Value value() {
    return owner.mappingOf(entries.values());
  }

  /// Everything but lists of steps, the upper over these; the result belongs to the upper.
  Sections under(Sections upper) {
    var merged = new LinkedHashMap<>(entries);
    upper.entries.forEach(
        (name, entry) -> {
          Value.Entry lower = merged.get(name);
          if (lower == null) {
            merged.put(name, entry);
          } else if (entry.value().is(Value.Kind.NOTHING)) {
            merged.remove(name);
          } else {
            merged.put(name, entry.with(merged(name, lower.value(), entry.value())));
          }
        });
    return new Sections(merged, upper.owner);
  }

  private static Value merged(String name, Value lower, Value upper) {
    return deep(
        lower, upper, name.equals("map") ? AGENT : STEP_LISTS.contains(name) ? COMMANDS : "");
  }

  /// @param apart a key that is not merged here
  private static Value deep(Value lower, Value upper, String apart) {
    if (!lower.is(Value.Kind.MAPPING) || !upper.is(Value.Kind.MAPPING)) {
      return upper;
    }
    var fields = new LinkedHashMap<String, Value.Entry>();
    lower.fields().forEach(field -> fields.put(field.name(), field));
    for (Value.Entry field : upper.fields()) {
      Value.Entry below = fields.get(field.name());
      if (below == null) {
        fields.put(field.name(), field);
      } else if (field.value().is(Value.Kind.NOTHING)) {
        fields.remove(field.name());
      } else if (field.name().equals(apart)) {
        fields.put(field.name(), field);
      } else {
        fields.put(field.name(), field.with(deep(below.value(), field.value(), "")));
      }
    }
    return upper.mappingOf(fields.values());
  }

  /// The steps of a list of its own or within `map`; empty if there are none.
  List<Value> steps(String section) {
    Value block = get(section.equals(AGENT) ? "map" : section);
    if (block == null) {
      return List.of();
    }
    if (section.equals(AGENT)) {
      Value agent = block.peek(AGENT);
      return agent == null ? List.of() : listed(agent);
    }
    return listed(block);
  }

  private static List<Value> listed(Value block) {
    if (block.is(Value.Kind.LIST)) {
      return block.list();
    }
    Value commands = block.peek(COMMANDS);
    return commands != null && commands.is(Value.Kind.LIST) ? commands.list() : List.of();
  }

  /// Puts steps in the place of a list's own; other settings of the list stay.
  void steps(String section, List<Value> steps, Value at) {
    if (section.equals(AGENT)) {
      Value map = get("map");
      Value under = map == null ? at.mappingOf(List.of()) : map;
      put("map", withField(under, AGENT, within(under.peek(AGENT), steps, at)));
    } else {
      put(section, within(get(section), steps, at));
    }
  }

  private static Value within(@Nullable Value block, List<Value> steps, Value at) {
    if (block != null && block.is(Value.Kind.MAPPING)) {
      return withField(block, COMMANDS, block.listOf(steps));
    }
    return (block == null ? at : block).listOf(steps);
  }

  static Value withField(Value mapping, String name, Value value) {
    var fields = new ArrayList<Value.Entry>();
    boolean replaced = false;
    for (Value.Entry field : mapping.fields()) {
      boolean same = field.name().equals(name);
      fields.add(same ? field.with(value) : field);
      replaced |= same;
    }
    if (!replaced) {
      fields.add(new Value.Entry(name, value.textOf(name), value));
    }
    return mapping.mappingOf(fields);
  }

  /// Every list of steps a workflow can have at its top.
  static List<String> allStepLists() {
    var all = new ArrayList<>(STEP_LISTS);
    all.add(AGENT);
    return all;
  }
}
