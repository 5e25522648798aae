package dev.prodigy.mapreduce;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Json;
import dev.prodigy.model.WorkItem;
import dev.prodigy.workflow.expression.Variables;
import tools.jackson.databind.JsonNode;

/// The variables an agent's steps see on top of the job's own. A field of the item always wins over
/// a name we make up.
final class ItemVariables {
  private ItemVariables() {}

  /// @param total items of the whole job
  /// @param slot the worker's number, from 0
  static Variables of(Variables job, JobId jobId, WorkItem item, int total, int attempt, int slot) {
    JsonNode data = item.data();
    AgentId agent = jobId.agent(item.id());
    Variables variables = job.child();
    variables.set("item", data);
    if (!data.isObject()) {
      variables.set("item.value", data);
    }
    aliasOf(variables, data, "path", "file_path");
    if (data.isContainer()) {
      variables.set("item_json", data);
    } else {
      variables.set("item_json", Json.text(data));
    }
    variables.set("item_id", item.id().value());
    variables.set("item_index", Json.NODES.numberNode(item.index()));
    variables.set("item_total", Json.NODES.numberNode(total));
    variables.set("agent_id", agent.value());
    variables.set("job_id", jobId.value());
    variables.set("attempt", Json.NODES.numberNode(attempt));
    variables.set("worker.id", Json.NODES.numberNode(slot));
    return variables;
  }

  private static void aliasOf(Variables variables, JsonNode data, String name, String other) {
    if (data.isObject() && !data.has(name) && data.has(other)) {
      variables.set("item." + name, data.get(other));
    }
  }
}
