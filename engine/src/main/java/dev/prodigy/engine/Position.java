package dev.prodigy.engine;

import dev.prodigy.model.CompletedStep;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/// Where a sequential run stands: which input, which iteration, which step comes next. Changed by
/// the run's own thread only.
final class Position {
  private int input;
  private int iteration = 1;
  private int nextStep;
  private final List<CompletedStep> completed = new ArrayList<>();
  private final TreeSet<Integer> failedInputs = new TreeSet<>();

  static Position start() {
    return new Position();
  }

  static Position at(int input, int iteration, int nextStep, List<CompletedStep> completed) {
    var position = new Position();
    position.input = input;
    position.iteration = iteration;
    position.nextStep = nextStep;
    position.completed.addAll(completed);
    return position;
  }

  /// Index from 0; beyond the last when all inputs are done.
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

  TreeSet<Integer> failedInputs() {
    return failedInputs;
  }

  void done(CompletedStep step) {
    completed.add(step);
    nextStep = step.stepIndex() + 1;
  }

  void nextIteration() {
    iteration++;
    rewind();
  }

  void nextInput() {
    input++;
    iteration = 1;
    rewind();
  }

  private void rewind() {
    nextStep = 0;
    completed.clear();
  }
}
