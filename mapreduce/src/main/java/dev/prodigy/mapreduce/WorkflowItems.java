package dev.prodigy.mapreduce;

import dev.prodigy.model.DeadLetter;
import dev.prodigy.model.Event;
import dev.prodigy.model.Failure;
import dev.prodigy.model.FailureReason;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.Json;
import dev.prodigy.model.WorkItem;
import dev.prodigy.workflow.ErrorPolicy;
import dev.prodigy.workflow.ItemValidation;
import dev.prodigy.workflow.MapInput;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.expression.Rendering;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The items of a first run: what `map.input` names.
final class WorkflowItems implements JobSource {
  private final JobContext job;

  private WorkflowItems(JobContext job) {
    this.job = job;
  }

  static WorkflowItems of(JobWork work) {
    return new WorkflowItems(work.context());
  }

  static String describe(@Nullable MapInput input) {
    return switch (input) {
      case null -> "";
      case MapInput.Inline(var value) -> Json.text(value);
      case MapInput.Text(var text) -> text.source();
    };
  }

  @Override
  public Items items() {
    var map = job.workflow().map();
    var run = job.run();
    Map<String, String> environment = run.presentEnvironment();
    String text = "";
    if (map.input() instanceof MapInput.Text(var template)) {
      var rendering =
          new Rendering(
              job.workflow().strictVariables(),
              environment,
              job.parent().path(),
              job.reporter()::warning);
      text = template.render(job.variables(), rendering);
    }
    WorkItems.Loaded loaded =
        new WorkItems(
                job.parent().path(),
                run.repository().checkout(),
                environment,
                run.processes(),
                run.environment().masker())
            .load(map, text, job.variables());
    List<WorkItem> items = concealed(loaded.items());
    return new Items(
        loaded.source(),
        loaded.extracted(),
        loaded.filtered(),
        map.validation() == null ? items : valid(items, map.validation()),
        Map.of());
  }

  /// Items are stored in many places: secrets in them by name only.
  private List<WorkItem> concealed(List<WorkItem> items) {
    var concealing = job.run().environment().concealing();
    return items.stream()
        .map(item -> new WorkItem(item.id(), concealing.value(item.data())))
        .toList();
  }

  /// Items that are not what the workflow says they must be never get an agent.
  private List<WorkItem> valid(List<WorkItem> items, ItemValidation validation) {
    var good = new ArrayList<WorkItem>();
    var problems = new ArrayList<String>();
    for (WorkItem item : items) {
      List<String> found = validation.problems(item.data());
      if (found.isEmpty()) {
        good.add(item);
      } else {
        problems.add(item.id() + ": " + String.join("; ", found));
        reject(item, String.join("; ", found), validation.onFailure());
      }
    }
    if (!problems.isEmpty()) {
      String all =
          "%d invalid work item(s):%n%s".formatted(problems.size(), String.join("\n", problems));
      if (validation.onFailure() == ItemValidation.Action.FAIL) {
        throw MapReduceException.invalidItems(all);
      }
      job.reporter().warning(all);
    }
    return good;
  }

  private void reject(WorkItem item, String problem, ItemValidation.Action action) {
    if (action != ItemValidation.Action.DLQ) {
      return;
    }
    ItemId id = item.id();
    var failure =
        new Failure(
            1,
            job.now(),
            new FailureReason.ValidationFailed(),
            problem,
            List.of(),
            job.files().job().agent(id),
            "validation",
            0,
            null);
    DeadLetter letter = DeadLetter.of(item, List.of(failure), null);
    job.files()
        .sink()
        .add(
            letter,
            () ->
                job.files()
                    .event(
                        new Event.DLQItemAdded(
                            id, letter.errorSignature(), 1, failure.errorType())));
  }

  @Override
  public boolean runsSetup() {
    return true;
  }

  @Override
  public boolean runsReduce() {
    return true;
  }

  @Override
  public ErrorPolicy errorPolicy(MapReduceWorkflow workflow) {
    return workflow.errorPolicy();
  }
}
