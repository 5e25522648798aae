package dev.prodigy.workflow;

import dev.prodigy.workflow.reading.Fingerprints;
import dev.prodigy.workflow.reading.NameCheck;
import dev.prodigy.workflow.reading.WorkflowReader;
import dev.prodigy.workflow.yaml.Value;
import dev.prodigy.workflow.yaml.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Reads workflow files. A file loads only if everything that matters in it is understood; unknown
/// fields are warnings. All errors are told at once.
public final class WorkflowLoader {

  /// The suggestion to write a list where a mapping with nothing but `commands` stands.
  public static final String NESTED_COMMANDS =
      "`commands` is deprecated here: write the steps as a list";

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

  /// @throws WorkflowException if the file is missing, unreadable, or anything in it is wrong
  public static LoadedWorkflow load(Path file) {
    return parse(text(file), file.toString());
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
    return loaded(check(text, fileName), fileName);
  }

  /// As [#parse], with the numbers that variables hold.
  static LoadedWorkflow parse(
      String text, String fileName, Function<String, @Nullable String> variables) {
    return loaded(check(text, fileName, null, variables), fileName);
  }

  private static LoadedWorkflow loaded(CheckedWorkflow checked, String fileName) {
    if (checked.loaded() == null) {
      throw WorkflowException.invalid(
          checked.kind(), fileName, checked.problems(), checked.reminder());
    }
    return checked.loaded();
  }

  /// Reads a workflow and tells everything about it, whether or not it can be run.
  ///
  /// @param fileName as in [#parse]
  public static CheckedWorkflow check(String text, String fileName) {
    return check(text, fileName, null, null);
  }

  /// As [#check], and warns of variables that nobody defines.
  ///
  /// @param outside names that are defined outside the workflow
  public static CheckedWorkflow checkNames(String text, String fileName, Set<String> outside) {
    return check(text, fileName, outside, null);
  }

  private static CheckedWorkflow check(
      String text,
      String fileName,
      @Nullable Set<String> outside,
      @Nullable Function<String, @Nullable String> variables) {
    boolean json = fileName.toLowerCase(Locale.ROOT).endsWith(".json");
    String content = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    var document = json ? Yaml.parseJson(content, fileName) : Yaml.parse(content, fileName);
    if (variables != null) {
      document.problems().numbersFrom(variables);
    }
    Value root = document.root();
    String playbook = json ? "JSON playbook" : "YAML playbook";
    if (root == null) {
      return new CheckedWorkflow(null, document.problems().found(), playbook, SHAPES);
    }
    boolean mapReduce = WorkflowReader.isMapReduce(root);
    Workflow workflow = WorkflowReader.read(root);
    if (document.problems().none()) {
      NameCheck.check(workflow, root, outside);
    }
    // Also finds what is wrong in parts nobody had to read.
    var data = document.problems().none() ? root.json() : null;
    List<Problem> problems = document.problems().found();
    if (data == null || !document.problems().none()) {
      return mapReduce
          ? new CheckedWorkflow(null, problems, "MapReduce workflow", MAP_REDUCE_SHAPE)
          : new CheckedWorkflow(null, problems, playbook, SHAPES);
    }
    var fingerprints = Fingerprints.of(data, mapReduce);
    var loaded =
        new LoadedWorkflow(
            workflow,
            content,
            fileName,
            problems,
            document.problems().numbers(),
            fingerprints.whole(),
            fingerprints.steps());
    return new CheckedWorkflow(loaded, problems, playbook, SHAPES);
  }
}
