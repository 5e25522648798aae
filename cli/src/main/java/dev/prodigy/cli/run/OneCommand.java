package dev.prodigy.cli.run;

import dev.prodigy.model.Json;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.WorkflowLoader;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/// A command as it is typed at `exec` and `batch`, and the workflow of one step it stands for:
/// `claude: ...` or a leading `/` is for Claude, `shell: ...` and all else for the shell.
record OneCommand(boolean agent, String text) {
  private static final Pattern FILE = Pattern.compile("\\{}|\\$\\{item}");

  /// A word of its own, which the shell would take apart at spaces.
  private static final Pattern BARE_FILE =
      Pattern.compile("(?<![^\\s;|&(])(?:\\{}|\\$\\{item})(?![^\\s;|&)])");

  static OneCommand of(String typed) {
    String text = typed.strip();
    if (text.startsWith("claude:")) {
      return new OneCommand(true, text.substring("claude:".length()).strip());
    }
    if (text.startsWith("shell:")) {
      return new OneCommand(false, text.substring("shell:".length()).strip());
    }
    return new OneCommand(text.startsWith("/"), text);
  }

  /// With the place for a file, `{}`, as a reference to the item; at the end, if there is none.
  OneCommand forEachFile() {
    if (!FILE.matcher(text).find()) {
      return new OneCommand(agent, text + (agent ? " ${item}" : " ${item|sh}"));
    }
    String quoted = agent ? text : BARE_FILE.matcher(text).replaceAll("\\${item|sh}");
    return new OneCommand(agent, quoted.replace("{}", "${item}"));
  }

  String shown() {
    return (agent ? "claude: " : "shell: ") + text;
  }

  /// @param attempts in all
  /// @param timeout null or zero: none
  LoadedWorkflow once(int attempts, @Nullable Duration timeout) {
    ObjectNode workflow = Json.NODES.objectNode().put("name", "exec");
    workflow.putArray("commands").add(step(attempts, timeout));
    return WorkflowLoader.parse(Json.text(workflow), "exec");
  }

  /// @param files paths from the repository's root
  LoadedWorkflow forFiles(
      List<String> files, int parallel, int attempts, @Nullable Duration timeout) {
    ObjectNode workflow = Json.NODES.objectNode().put("name", "batch").put("mode", "mapreduce");
    ObjectNode map = workflow.putObject("map");
    var input = map.putArray("input");
    files.forEach(input::add);
    map.put("max_parallel", parallel);
    map.putArray("agent_template").add(step(attempts, timeout));
    return WorkflowLoader.parse(Json.text(workflow), "batch");
  }

  private ObjectNode step(int attempts, @Nullable Duration timeout) {
    ObjectNode step = Json.NODES.objectNode().put(agent ? "claude" : "shell", text);
    if (attempts > 1) {
      step.putObject("retry").put("attempts", attempts);
    }
    if (timeout != null && !timeout.isZero()) {
      step.put("timeout", timeout.toMillis() + "ms");
    }
    return step;
  }
}
