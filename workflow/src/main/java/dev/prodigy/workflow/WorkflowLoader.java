package dev.prodigy.workflow;

import dev.prodigy.workflow.reading.Fingerprints;
import dev.prodigy.workflow.reading.WorkflowReader;
import dev.prodigy.workflow.yaml.Value;
import dev.prodigy.workflow.yaml.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

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

  /// @throws WorkflowException if the file is missing, unreadable, or anything in it is wrong
  public static LoadedWorkflow load(Path file) {
    try {
      return parse(Files.readString(file), file.toString());
    } catch (NoSuchFileException _) {
      throw WorkflowException.notFound(file);
    } catch (IOException e) {
      throw WorkflowException.unreadable(file, e);
    }
  }

  /// @param fileName for messages; its extension says whether the text is YAML or JSON
  /// @throws WorkflowException if anything in it is wrong; tells everything at once
  public static LoadedWorkflow parse(String text, String fileName) {
    boolean json = fileName.toLowerCase(Locale.ROOT).endsWith(".json");
    String content = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    var document = json ? Yaml.parseJson(content, fileName) : Yaml.parse(content, fileName);
    Value root = document.root();
    String playbook = json ? "JSON playbook" : "YAML playbook";
    if (root == null) {
      throw WorkflowException.invalid(playbook, fileName, document.problems().found(), SHAPES);
    }
    boolean mapReduce = WorkflowReader.isMapReduce(root);
    Workflow workflow = WorkflowReader.read(root);
    // Also finds what is wrong in parts nobody had to read.
    var data = document.problems().none() ? root.json() : null;
    if (data == null || !document.problems().none()) {
      throw WorkflowException.invalid(
          mapReduce ? "MapReduce workflow" : playbook,
          fileName,
          document.problems().found(),
          mapReduce ? MAP_REDUCE_SHAPE : SHAPES);
    }
    var fingerprints = Fingerprints.of(data, mapReduce);
    return new LoadedWorkflow(
        workflow,
        content,
        fileName,
        document.problems().warnings(),
        fingerprints.whole(),
        fingerprints.steps());
  }
}
