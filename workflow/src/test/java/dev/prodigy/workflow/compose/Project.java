package dev.prodigy.workflow.compose;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.EnvValue;
import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.SequentialWorkflow;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.WorkflowException;
import dev.prodigy.workflow.WorkflowLoader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// A directory of workflow files.
final class Project {
  private final Path directory;
  private final Map<String, Given> given = new LinkedHashMap<>();
  private Remote remote = Remote.NONE;

  Project(Path directory) {
    this.directory = directory;
  }

  Project file(String name, String text) {
    try {
      Path file = directory.resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, text);
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Project param(String name, String value) {
    given.put(name, new Given.Text(value));
    return this;
  }

  Project remote(Remote other) {
    remote = other;
    return this;
  }

  LoadedWorkflow load(String name) {
    var places =
        new Places(
            Map.of("HOME", directory.resolve("home").toString()),
            directory,
            List.of(directory.resolve(".prodigy/templates"), directory.resolve("home/templates")),
            remote);
    return WorkflowLoader.load(directory.resolve(name), given, places);
  }

  Composition composition(String name) {
    return Objects.requireNonNull(load(name).composition());
  }

  /// The error's message, places and causes.
  String failure(String name) {
    WorkflowException e = catchThrowableOfType(WorkflowException.class, () -> load(name));
    if (e == null) {
      throw new AssertionError(name + " loads");
    }
    return "error[%s] %s\n%s\n%s"
        .formatted(e.code(), e.message(), e.where(), e.why())
        .replace(directory + "/", "");
  }

  List<Step> steps(String name) {
    return ((SequentialWorkflow) load(name).workflow()).steps();
  }

  /// The texts of the shell steps.
  List<String> shell(String name) {
    return shell(steps(name));
  }

  static List<String> shell(List<Step> steps) {
    return steps.stream()
        .map(
            step ->
                switch (step.command()) {
                  case Command.Shell(var text) -> text.source();
                  case Command other -> other.type() + " " + step.display();
                })
        .toList();
  }

  /// The text of an environment entry; null if there is none.
  @Nullable String env(String workflow, String name) {
    EnvValue value = load(workflow).workflow().environment().entries().get(name);
    return value instanceof EnvValue.Text(var template, _) ? template.source() : null;
  }
}
