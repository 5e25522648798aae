package dev.prodigy.mapreduce;

import dev.prodigy.model.ItemId;
import dev.prodigy.model.WorkItem;
import dev.prodigy.workflow.ErrorPolicy;
import dev.prodigy.workflow.MapReduceWorkflow;
import java.util.List;
import java.util.Map;

/// Where a job's items come from: the workflow's input, or the dead letters of a finished job.
interface JobSource {
  /// @param source for people
  /// @param extracted before filters
  /// @param priorFailures attempts already made at items of an earlier job
  record Items(
      String source,
      int extracted,
      int filtered,
      List<WorkItem> items,
      Map<ItemId, Integer> priorFailures) {}

  Items items();

  boolean runsSetup();

  boolean runsReduce();

  ErrorPolicy errorPolicy(MapReduceWorkflow workflow);
}
