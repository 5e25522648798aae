package dev.prodigy.workflow.compose;

import dev.prodigy.workflow.yaml.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// Goes through steps and all steps within them, and puts others in their place.
final class StepPlaces {
  private static final Set<String> STEPS =
      Set.of("commands", "steps", "do", "on_failure", "on_success", "on_incomplete");
  private static final Set<String> HOLDERS = Set.of("foreach", "validate", "test");

  /// What becomes of a step.
  interface Change {
    /// The step itself, in a list, if it stays as it is.
    List<Value> of(Value step);
  }

  private final Change change;

  private StepPlaces(Change change) {
    this.change = change;
  }

  /// The same list if nothing changed.
  static List<Value> changed(List<Value> steps, Change change) {
    return new StepPlaces(change).all(steps);
  }

  private List<Value> all(List<Value> steps) {
    var result = new ArrayList<Value>();
    boolean changed = false;
    for (Value step : steps) {
      List<Value> after = one(step);
      changed |= after.size() != 1 || after.getFirst() != step;
      result.addAll(after);
    }
    return changed ? result : steps;
  }

  private List<Value> one(Value step) {
    if (!step.is(Value.Kind.MAPPING)) {
      return List.of(step);
    }
    List<Value> after = change.of(step);
    return after.size() == 1 && after.getFirst() == step ? List.of(within(step)) : after;
  }

  /// The steps within a step's handlers, loops and validations.
  private Value within(Value step) {
    var fields = new ArrayList<Value.Entry>();
    boolean changed = false;
    for (Value.Entry field : step.fields()) {
      Value before = field.value();
      Value after =
          STEPS.contains(field.name())
              ? steps(before)
              : HOLDERS.contains(field.name())
                  ? held(before)
                  : field.name().equals("on_exit_code") ? byCode(before) : before;
      changed |= after != before;
      fields.add(field.with(after));
    }
    return changed ? step.mappingOf(fields) : step;
  }

  private Value steps(Value value) {
    if (value.is(Value.Kind.LIST)) {
      List<Value> before = value.list();
      List<Value> after = all(before);
      return after.equals(before) ? value : value.listOf(after);
    }
    if (!value.is(Value.Kind.MAPPING)) {
      return value;
    }
    List<Value> after = one(value);
    return after.size() == 1 ? after.getFirst() : value.listOf(after);
  }

  private Value held(Value value) {
    return value.is(Value.Kind.MAPPING) ? within(value) : value;
  }

  private Value byCode(Value value) {
    if (!value.is(Value.Kind.MAPPING)) {
      return value;
    }
    var fields = new ArrayList<Value.Entry>();
    boolean changed = false;
    for (Value.Entry field : value.fields()) {
      Value after = steps(field.value());
      changed |= after != field.value();
      fields.add(field.with(after));
    }
    return changed ? value.mappingOf(fields) : value;
  }
}
