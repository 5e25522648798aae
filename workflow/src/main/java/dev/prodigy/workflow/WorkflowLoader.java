package dev.prodigy.workflow;

import dev.prodigy.workflow.compose.Given;
import dev.prodigy.workflow.compose.Places;
import dev.prodigy.workflow.compose.WorkflowComposer;
import dev.prodigy.workflow.compose.WorkflowComposer.Composed;
import dev.prodigy.workflow.compose.WorkflowComposer.Fault;
import dev.prodigy.workflow.reading.Fingerprints;
import dev.prodigy.workflow.reading.NameCheck;
import dev.prodigy.workflow.reading.WorkflowReader;
import dev.prodigy.workflow.yaml.Problems;
import dev.prodigy.workflow.yaml.Value;
import dev.prodigy.workflow.yaml.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Reads workflow files, and composes those that consist of several. A file loads only if
/// everything that matters in it is understood; unknown fields are warnings. All errors are told at
/// once.
public final class WorkflowLoader {

  /// The suggestion to write a list where a mapping with nothing but `commands` stands.
  public static final String NESTED_COMMANDS =
      "`commands` is deprecated here: write the steps as a list";

  private static final String JOB = "MapReduce workflow";
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final String SHAPES =
      """
      a workflow is a list of steps:
        - shell: "make test"
      or a mapping that has one:
        name: check
        commands:
          - shell: "make test\"""";
  private static final String MAP_REDUCE_SHAPE =
      """
      a MapReduce workflow looks like this:
        name: fix-all
        mode: mapreduce
        map:
          input: items.json
          agent_template:
            - claude: "/fix ${item.path}\"""";

  private WorkflowLoader() {}

  /// The text of a file.
  ///
  /// @param file where relative paths in it start
  /// @param name of the file in messages; its extension says whether the text is YAML or JSON
  private record Source(String text, Path file, String name) {

    static Source of(String text, String name) {
      return new Source(text, Path.of(name), name);
    }

    static Source read(Path file) {
      return new Source(WorkflowLoader.text(file), file, file.toString());
    }

    boolean isJson() {
      return name.toLowerCase(Locale.ROOT).endsWith(".json");
    }

    String content() {
      return text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    }

    String playbook() {
      return isJson() ? "JSON playbook" : "YAML playbook";
    }

    Yaml.Document document() {
      return isJson() ? Yaml.parseJson(content(), name) : Yaml.parse(content(), name);
    }
  }

  /// Without values for parameters, and with files named by their paths only.
  ///
  /// @throws WorkflowException if the file is missing, unreadable, or anything in it is wrong
  public static LoadedWorkflow load(Path file) {
    return load(file, Map.of(), Places.NONE);
  }

  /// @param given values of parameters, by name
  /// @throws WorkflowException if the file or one it refers to is missing, unreadable, or anything
  ///   in them, or about the parameters, is wrong
  public static LoadedWorkflow load(Path file, Map<String, Given> given, Places places) {
    Source source = Source.read(file);
    return loaded(check(source, given, places, false, null), source.name());
  }

  /// @throws WorkflowException if the file is missing or cannot be read as text
  public static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (NoSuchFileException _) {
      throw WorkflowException.notFound(file);
    } catch (IOException e) {
      throw WorkflowException.unreadable(file, e);
    }
  }

  /// @param fileName for messages; its extension says whether the text is YAML or JSON
  /// @throws WorkflowException if anything in it is wrong; tells everything at once
  public static LoadedWorkflow parse(String text, String fileName) {
    return loaded(check(Source.of(text, fileName), Map.of(), Places.NONE, false, null), fileName);
  }

  /// A MapReduce workflow within another, as one that can be run and resumed by itself.
  ///
  /// @param inputs its variables; they are parameters of it
  public static LoadedWorkflow nested(SubWorkflow within, Map<String, JsonNode> inputs) {
    ObjectNode data = ((ObjectNode) Objects.requireNonNull(within.job())).deepCopy();
    ObjectNode parameters = data.withObject("/composed").withObject("/parameters");
    inputs.forEach(parameters::set);
    return parse(data.toPrettyString(), within.name() + ".json");
  }

  private static LoadedWorkflow loaded(CheckedWorkflow checked, String fileName) {
    if (checked.loaded() == null) {
      throw WorkflowException.invalid(
          checked.kind(), fileName, checked.problems(), checked.reminder());
    }
    return checked.loaded();
  }

  /// The same with the numbers that variables hold.
  static LoadedWorkflow resolved(
      LoadedWorkflow loaded, Function<String, @Nullable String> variables) {
    Value root = loaded.root().again(variables);
    Workflow workflow = WorkflowReader.read(root);
    if (!root.problems().none()) {
      throw WorkflowException.invalid(
          WorkflowReader.isMapReduce(root) ? JOB : "YAML playbook",
          loaded.fileName(),
          root.problems().found(),
          "");
    }
    return loaded.with(workflow);
  }

  /// Reads a workflow and tells everything about it, whether or not it can be run. Parameters may
  /// be without values.
  ///
  /// @param fileName as in [#parse]
  public static CheckedWorkflow check(String text, String fileName) {
    return check(Source.of(text, fileName), Map.of(), Places.NONE, true, null);
  }

  /// As [#check], and warns of variables that nobody defines.
  ///
  /// @param outside names that are defined outside the workflow
  public static CheckedWorkflow checkNames(String text, String fileName, Set<String> outside) {
    return check(Source.of(text, fileName), Map.of(), Places.NONE, true, outside);
  }

  /// The same of a file.
  ///
  /// @param name of the file in messages
  /// @param given values of parameters, as far as there are any
  /// @throws WorkflowException if the file is missing or cannot be read as text
  public static CheckedWorkflow checkNames(
      Path file, String name, Map<String, Given> given, Places places, Set<String> outside) {
    return check(new Source(text(file), file, name), given, places, true, outside);
  }

  /// Warnings of variables that nobody defines, beside what else there is to say.
  ///
  /// @param outside names that are defined outside the workflow
  public static List<Problem> checkNames(LoadedWorkflow loaded, Set<String> outside) {
    Value root = loaded.root().again(null);
    NameCheck.check(WorkflowReader.read(root), root, outside);
    return root.problems().found();
  }

  /// @param open whether parameters may be without values
  private static CheckedWorkflow check(
      Source source,
      Map<String, Given> given,
      Places places,
      boolean open,
      @Nullable Set<String> outside) {
    var document = source.document();
    Problems problems = document.problems();
    Value written = unwrapped(document.root());
    if (written == null) {
      return new CheckedWorkflow(null, problems.found(), source.playbook(), SHAPES);
    }
    Composed composed = composed(source, written, given, places, open, problems);
    if (composed != null) {
      String kind = WorkflowReader.isMapReduce(written) ? JOB : source.playbook();
      if (!open && problems.none() && !composed.faults().isEmpty()) {
        throw WorkflowException.parameters(composed.faults());
      }
      tell(composed.faults(), source.name(), problems);
      if (!problems.none()) {
        return new CheckedWorkflow(null, problems.found(), kind, "");
      }
    }
    Value root = composed == null || composed.root() == null ? written : composed.root();
    Set<String> unknown = composed == null ? Set.of() : withoutValue(composed);
    problems.undecided(unknown);
    return read(source, root, composed, plus(outside, unknown));
  }

  private static @Nullable Composed composed(
      Source source,
      Value written,
      Map<String, Given> given,
      Places places,
      boolean open,
      Problems problems) {
    if (given.isEmpty() && !WorkflowComposer.isNeeded(written)) {
      return null;
    }
    return open
        ? WorkflowComposer.composeTemplate(
            source.file(), source.name(), written, given, places, problems)
        : WorkflowComposer.compose(source.file(), source.name(), written, given, places, problems);
  }

  private static CheckedWorkflow read(
      Source source, Value root, @Nullable Composed composed, @Nullable Set<String> outside) {
    Problems problems = root.problems();
    boolean mapReduce = WorkflowReader.isMapReduce(root);
    Workflow workflow = WorkflowReader.read(root);
    if (problems.none()) {
      NameCheck.check(workflow, root, outside);
    }
    if (problems.none()) {
      root.checkKeys();
    }
    List<Problem> found = problems.found();
    if (!problems.none()) {
      return mapReduce
          ? new CheckedWorkflow(null, found, JOB, MAP_REDUCE_SHAPE)
          : new CheckedWorkflow(null, found, source.playbook(), SHAPES);
    }
    var loaded =
        new LoadedWorkflow(
            workflow,
            composed == null ? source.content() : root.json().toPrettyString(),
            source.name(),
            found,
            problems.numbers(),
            new Fingerprints(root, mapReduce),
            composed == null ? null : composed.composition(),
            root);
    return new CheckedWorkflow(loaded, found, source.playbook(), SHAPES);
  }

  private static Set<String> withoutValue(Composed composed) {
    var names = new HashSet<String>();
    composed.parameters().forEach(one -> names.add(one.name()));
    names.removeAll(composed.composition().parameters().keySet());
    return names;
  }

  private static @Nullable Set<String> plus(@Nullable Set<String> names, Set<String> more) {
    if (names == null || more.isEmpty()) {
      return names;
    }
    var all = new HashSet<>(names);
    all.addAll(more);
    return all;
  }

  /// The composed workflow itself, not yet read: every value of it knows where it was written.
  ///
  /// @throws WorkflowException as [#load], but for what only reading finds
  public static Composed compose(Path file, Map<String, Given> given, Places places) {
    Source source = Source.read(file);
    var document = source.document();
    Value root = root(source, document);
    Composed composed =
        WorkflowComposer.compose(file, source.name(), root, given, places, document.problems());
    refuse(composed, source, document.problems());
    return composed;
  }

  /// What can be said of a file as a template.
  ///
  /// @throws WorkflowException if it cannot be one
  public static TemplateFacts template(Path file, Map<String, Given> given, Places places) {
    Source source = Source.read(file);
    var document = source.document();
    Value root = root(source, document);
    Composed composed =
        WorkflowComposer.composeTemplate(
            file, source.name(), root, given, places, document.problems());
    refuse(composed, source, document.problems());
    boolean complete =
        composed.parameters().stream()
            .allMatch(one -> composed.composition().parameters().containsKey(one.name()));
    Value whole = composed.root();
    if (complete && whole != null) {
      var _ = WorkflowReader.read(whole);
      if (!document.problems().none()) {
        throw WorkflowException.invalid(
            source.playbook(), source.name(), document.problems().found(), SHAPES);
      }
    }
    Value defaults = root.peek("defaults");
    return new TemplateFacts(
        composed.parameters(),
        WorkflowComposer.features(root),
        defaults == null ? 0 : defaults.fields().size(),
        document.problems().found().stream().map(Problem::toString).toList());
  }

  /// A configuration file may have the workflow under `workflow:`.
  private static @Nullable Value unwrapped(@Nullable Value root) {
    Value within = root == null ? null : root.peek("workflow");
    boolean wrapped =
        root != null
            && within != null
            && (within.is(Value.Kind.MAPPING) || within.is(Value.Kind.LIST))
            && Stream.of("commands", "steps", "mode", "map")
                .allMatch(key -> root.peek(key) == null);
    return wrapped && within != null ? within.asRoot() : root;
  }

  private static Value root(Source source, Yaml.Document document) {
    Value root = unwrapped(document.root());
    if (root == null) {
      throw WorkflowException.invalid(
          source.playbook(), source.name(), document.problems().found(), SHAPES);
    }
    return root;
  }

  /// A workflow whose parts are not to be had is not read: one mistake would be told many times.
  private static void refuse(Composed composed, Source source, Problems problems) {
    if (!composed.faults().isEmpty() && problems.none()) {
      throw WorkflowException.parameters(composed.faults());
    }
    tell(composed.faults(), source.name(), problems);
    if (!problems.none()) {
      throw WorkflowException.invalid(source.playbook(), source.name(), problems.found(), "");
    }
  }

  private static void tell(List<Fault> faults, String fileName, Problems problems) {
    for (Fault fault : faults) {
      Position at = fault.declared();
      problems.add(
          fault.code(),
          at == null ? new Position(fileName, 1, 1) : at,
          "parameter '%s': %s".formatted(fault.name(), fault.message()));
    }
  }
}
