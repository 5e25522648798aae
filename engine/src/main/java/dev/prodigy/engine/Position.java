package dev.prodigy.engine;

import dev.prodigy.model.CompletedStep;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/// Where a sequential run stands: which input, which iteration, which step comes next. Changed by
/// the run's own thread only.
final class Position {
  private int input;
  private int iteration = 1;
  private int nextStep;
  private final List<CompletedStep> completed = new ArrayList<>();
  private final SortedSet<Integer> doneInputs = new TreeSet<>();
  private final SortedSet<Integer> failedInputs = new TreeSet<>();

  static Position start() {
    return new Position();
  }

  /// @param completed the steps of the iteration that are over
  /// @param doneInputs inputs that need not run again
  static Position at(
      int input,
      int iteration,
      int nextStep,
      List<CompletedStep> completed,
      Collection<Integer> doneInputs) {
    var position = new Position();
    position.input = input;
    position.iteration = iteration;
    position.nextStep = nextStep;
    position.completed.addAll(completed);
    position.doneInputs.addAll(doneInputs);
    return position;
  }

  /// Index from 0.
  int input() {
    return input;
  }

  /// Counts from 1.
  int iteration() {
    return iteration;
  }

  int nextStep() {
    return nextStep;
  }

  /// Steps of the present iteration that are over.
  List<CompletedStep> completed() {
    return completed;
  }

  SortedSet<Integer> doneInputs() {
    return doneInputs;
  }

  /// Inputs that failed in this run; a resumed run tries them again.
  SortedSet<Integer> failedInputs() {
    return failedInputs;
  }

  boolean inputDone() {
    return doneInputs.contains(input);
  }

  void stepDone(CompletedStep step) {
    completed.add(step);
    nextStep = step.stepIndex() + 1;
  }

  void nextIteration() {
    iteration++;
    rewind();
  }

  void inputEnded(boolean success) {
    (success ? doneInputs : failedInputs).add(input);
  }

  /// Goes to the first input that has not ended.
  ///
  /// @return false if all have
  boolean nextInput(int total) {
    for (int next = 0; next < total; next++) {
      if (!doneInputs.contains(next) && !failedInputs.contains(next)) {
        input = next;
        iteration = 1;
        rewind();
        return true;
      }
    }
    return false;
  }

  private void rewind() {
    nextStep = 0;
    completed.clear();
  }
}
