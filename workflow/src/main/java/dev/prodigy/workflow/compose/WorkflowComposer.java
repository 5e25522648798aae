package dev.prodigy.workflow.compose;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.workflow.Position;
import dev.prodigy.workflow.TemplateFacts;
import dev.prodigy.workflow.yaml.Problems;
import dev.prodigy.workflow.yaml.Value;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Makes one workflow of a file and everything it refers to: base, imports, templates, parameters,
/// sub-workflows. Pure: the same files and values give the same result, and nothing is run. Total:
/// whatever is wrong becomes a problem with the file, line and column where it stands.
///
/// In the result every value still knows where it was written ([Value#position]); where a parameter
/// was put in, that is the text that asked for it.
public final class WorkflowComposer {
  private static final Set<String> KEYS =
      Set.of(
          "imports",
          "extends",
          "template",
          "templates",
          "parameters",
          "defaults",
          "workflows",
          "sub_workflows");

  private WorkflowComposer() {}

  /// Something that is wrong with a parameter the user is to give.
  ///
  /// @param message `Required parameter 'x' not provided`, `Expected Number, got String`
  /// @param declared where the parameter is declared; null if it is not
  public record Fault(ErrorCode code, String name, String message, @Nullable Position declared) {}

  /// @param root the whole workflow, without `imports`, `extends` and the like; null after problems
  ///   that leave nothing to read. Its `composed` has the parameters, each of its `workflows` a
  ///   `workflow` composed likewise
  public record Composed(
      @Nullable Value root,
      Composition composition,
      List<Fault> faults,
      List<TemplateFacts.Parameter> parameters) {}

  /// Whether a workflow has anything to compose.
  public static boolean isNeeded(Value root) {
    if (root.peek("composed") != null) {
      return false;
    }
    if (root.fields().stream().anyMatch(field -> KEYS.contains(field.name()))) {
      return true;
    }
    if (!root.hasFieldWithin(Uses.KEYS)) {
      return false;
    }
    boolean[] uses = new boolean[1];
    Sections sections = Sections.of(root);
    for (String section : Sections.allStepLists()) {
      var _ =
          StepPlaces.changed(
              sections.steps(section),
              step -> {
                uses[0] |= Uses.isUse(step);
                return List.of(step);
              });
    }
    return uses[0];
  }

  /// @param file where relative paths start
  /// @param name of the file, for messages
  /// @param root what the file holds
  /// @param given values of parameters, by name
  /// @param problems the ones `root` was parsed with
  public static Composed compose(
      Path file,
      String name,
      Value root,
      Map<String, Given> given,
      Places places,
      Problems problems) {
    return composed(new Composer(places, problems).compose(file, name, root, given, false));
  }

  /// The same for a workflow that is to be a template: parameters without a value stay as they are.
  public static Composed composeTemplate(
      Path file,
      String name,
      Value root,
      Map<String, Given> given,
      Places places,
      Problems problems) {
    return composed(new Composer(places, problems).compose(file, name, root, given, true));
  }

  /// Names of what a workflow uses of composition.
  public static List<String> features(Value root) {
    return root.fields().stream().map(Value.Entry::name).filter(KEYS::contains).toList();
  }

  private static Composed composed(Composer.Result result) {
    return new Composed(
        result.root(),
        result.composition(),
        result.faults().stream().map(WorkflowComposer::fault).toList(),
        result.declared().stream().map(WorkflowComposer::parameter).toList());
  }

  private static TemplateFacts.Parameter parameter(ParameterDeclaration one) {
    return new TemplateFacts.Parameter(
        one.name(),
        one.typeName(),
        one.description() == null ? "" : one.description(),
        one.required(),
        one.secret() ? null : one.standard());
  }

  private static Fault fault(ParameterValues.Fault fault) {
    var of = fault.of();
    return new Fault(
        fault.code(), fault.name(), fault.message(), of == null ? null : of.at().position());
  }
}
