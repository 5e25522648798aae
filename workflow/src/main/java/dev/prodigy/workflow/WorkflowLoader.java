package dev.prodigy.workflow;

import dev.prodigy.workflow.compose.Given;
import dev.prodigy.workflow.compose.Places;
import dev.prodigy.workflow.compose.WorkflowComposer;
import dev.prodigy.workflow.compose.WorkflowComposer.Composed;
import dev.prodigy.workflow.reading.Fingerprints;
import dev.prodigy.workflow.reading.WorkflowReader;
import dev.prodigy.workflow.yaml.Problems;
import dev.prodigy.workflow.yaml.Value;
import dev.prodigy.workflow.yaml.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads workflow files. A file loads only if everything in it is understood: unknown fields are
/// errors, and all errors are told at once.
public final class WorkflowLoader {

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
    try {
      return parse(Files.readString(file), file, given, places);
    } catch (NoSuchFileException _) {
      throw WorkflowException.notFound(file);
    } catch (IOException e) {
      throw WorkflowException.unreadable(file, e);
    }
  }

  /// @param fileName for messages; its extension says whether the text is YAML or JSON
  /// @throws WorkflowException if anything in it is wrong; tells everything at once
  public static LoadedWorkflow parse(String text, String fileName) {
    return parse(text, Path.of(fileName), Map.of(), Places.NONE);
  }

  private static LoadedWorkflow parse(
      String text, Path file, Map<String, Given> given, Places places) {
    String fileName = file.toString();
    boolean json = fileName.toLowerCase(Locale.ROOT).endsWith(".json");
    String content = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    var document = json ? Yaml.parseJson(content, fileName) : Yaml.parse(content, fileName);
    Value written = unwrapped(document.root());
    String playbook = json ? "JSON playbook" : "YAML playbook";
    if (written == null) {
      throw WorkflowException.invalid(playbook, fileName, document.problems().found(), SHAPES);
    }
    Composed composed =
        given.isEmpty() && !WorkflowComposer.isNeeded(written)
            ? null
            : WorkflowComposer.compose(file, fileName, written, given, places, document.problems());
    Value root = composed == null || composed.root() == null ? written : composed.root();
    boolean mapReduce = WorkflowReader.isMapReduce(root);
    String kind = mapReduce ? "MapReduce workflow" : playbook;
    if (composed != null) {
      refuse(composed, kind, fileName, document.problems());
    }
    Workflow workflow = WorkflowReader.read(root);
    // Also finds what is wrong in parts nobody had to read.
    var data = document.problems().none() ? root.json() : null;
    if (data == null || !document.problems().none()) {
      throw WorkflowException.invalid(
          kind, fileName, document.problems().found(), mapReduce ? MAP_REDUCE_SHAPE : SHAPES);
    }
    var fingerprints = Fingerprints.of(data, mapReduce);
    return new LoadedWorkflow(
        workflow,
        composed == null ? content : data.toPrettyString(),
        fileName,
        document.problems().warnings(),
        fingerprints.whole(),
        fingerprints.steps(),
        composed == null ? null : composed.composition());
  }

  /// The composed workflow itself, not yet read: every value of it knows where it was written.
  ///
  /// @throws WorkflowException as [#load], but for what only reading finds
  public static Composed compose(Path file, Map<String, Given> given, Places places) {
    var document = written(file);
    Composed composed =
        WorkflowComposer.compose(
            file, file.toString(), root(document, file), given, places, document.problems());
    refuse(composed, "YAML playbook", file.toString(), document.problems());
    return composed;
  }

  /// What can be said of a file as a template.
  ///
  /// @throws WorkflowException if it cannot be one
  public static TemplateFacts template(Path file, Map<String, Given> given, Places places) {
    var document = written(file);
    Value root = root(document, file);
    Composed composed =
        WorkflowComposer.composeTemplate(
            file, file.toString(), root, given, places, document.problems());
    refuse(composed, "YAML playbook", file.toString(), document.problems());
    boolean complete =
        composed.parameters().stream()
            .allMatch(one -> composed.composition().parameters().containsKey(one.name()));
    Value whole = composed.root();
    if (complete && whole != null) {
      var _ = WorkflowReader.read(whole);
      if (!document.problems().none()) {
        throw WorkflowException.invalid(
            "YAML playbook", file.toString(), document.problems().found(), SHAPES);
      }
    }
    Value defaults = root.peek("defaults");
    return new TemplateFacts(
        composed.parameters(),
        WorkflowComposer.features(root),
        defaults == null ? 0 : defaults.fields().size(),
        document.problems().warnings());
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

  private static Yaml.Document written(Path file) {
    try {
      String text = Files.readString(file);
      String content = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
      boolean json = file.toString().toLowerCase(Locale.ROOT).endsWith(".json");
      return json ? Yaml.parseJson(content, file.toString()) : Yaml.parse(content, file.toString());
    } catch (NoSuchFileException _) {
      throw WorkflowException.notFound(file);
    } catch (IOException e) {
      throw WorkflowException.unreadable(file, e);
    }
  }

  private static Value root(Yaml.Document document, Path file) {
    Value root = unwrapped(document.root());
    if (root == null) {
      throw WorkflowException.invalid(
          "YAML playbook", file.toString(), document.problems().found(), SHAPES);
    }
    return root;
  }

  /// A workflow whose parts are not to be had is not read: one mistake would be told many times.
  private static void refuse(Composed composed, String kind, String fileName, Problems problems) {
    List<WorkflowComposer.Fault> faults = composed.faults();
    if (!faults.isEmpty() && problems.none()) {
      throw WorkflowException.parameters(faults);
    }
    for (WorkflowComposer.Fault fault : faults) {
      Position at = fault.declared();
      problems.add(
          fault.code(),
          at == null ? new Position(fileName, 1, 1) : at,
          "parameter '%s': %s".formatted(fault.name(), fault.message()));
    }
    if (!problems.none()) {
      throw WorkflowException.invalid(kind, fileName, problems.found(), "");
    }
  }
}
