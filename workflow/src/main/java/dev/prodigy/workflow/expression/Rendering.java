package dev.prodigy.workflow.expression;

import java.nio.file.Path;
import java.util.Map;
import java.util.function.Consumer;

/// With what a step's texts are rendered. Make one per step run: what `${file:…}` and `${cmd:…}`
/// gave is kept in it, so that all texts of the step see the same.
///
/// @param strict an undefined reference is an error, not a warning
/// @param environment the step's effective environment
/// @param cwd where `${cmd:…}` runs and `${file:…}` looks
/// @param warnings told once per text about everything undefined in it
/// @param computed what was computed so far
public record Rendering(
    boolean strict,
    Map<String, String> environment,
    Path cwd,
    Consumer<String> warnings,
    Computed computed) {

  public Rendering(
      boolean strict, Map<String, String> environment, Path cwd, Consumer<String> warnings) {
    this(strict, environment, cwd, warnings, new Computed(true));
  }

  /// Lenient, without an environment, silent, running nothing: for expressions and texts that do
  /// not belong to a step.
  public static Rendering plain() {
    return new Rendering(false, Map.of(), Path.of(""), _ -> {}, new Computed(false));
  }

  /// The same without running anything: `${cmd:…}` stays as written.
  public Rendering dryRun() {
    return new Rendering(strict, environment, cwd, warnings, new Computed(false));
  }
}
