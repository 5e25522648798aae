package dev.prodigy.mapreduce;

import dev.prodigy.model.DeadLetter;
import dev.prodigy.workflow.ErrorCollection;
import dev.prodigy.workflow.ErrorPolicy;
import dev.prodigy.workflow.MapReduceWorkflow;
import dev.prodigy.workflow.OnItemFailure;
import java.util.List;

/// The items of a dead letter retry. Setup has run long ago; thresholds and breaker are off, since
/// these items are known to fail.
record DeadLetterItems(List<DeadLetter> letters, boolean reduce) implements JobSource {
  @Override
  public Items items() {
    return new Items(
        "dead letter queue",
        letters.size(),
        letters.size(),
        DeadLetterRetry.items(letters),
        DeadLetterRetry.attempts(letters));
  }

  @Override
  public boolean runsSetup() {
    return false;
  }

  @Override
  public boolean runsReduce() {
    return reduce;
  }

  @Override
  public ErrorPolicy errorPolicy(MapReduceWorkflow workflow) {
    return new ErrorPolicy(
        new OnItemFailure.Dlq(),
        true,
        null,
        null,
        new ErrorCollection.Aggregate(),
        workflow.errorPolicy().retry(),
        null);
  }
}
