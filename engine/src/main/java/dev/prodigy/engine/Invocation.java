package dev.prodigy.engine;

import dev.prodigy.agent.CommandSpec;
import dev.prodigy.agent.OutputLine;
import dev.prodigy.workflow.Limit;
import dev.prodigy.workflow.Step;
import dev.prodigy.workflow.expression.Rendering;
import dev.prodigy.workflow.expression.Template;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// One execution of one step, prepared: its directory, its complete environment, its texts rendered
/// with the values variables have now.
final class Invocation {
  private final Step step;
  private final StepScope scope;
  private final StepObserver observer;
  private final Path cwd;
  private final Map<String, String> environment;
  private final Rendering rendering;
  private final @Nullable TimeLimit limit;
  private final Path outputFile;
  private final LogFiles logs;

  /// @param attempt which run of the step it is, counted from 1
  /// @throws StepFault if the step's directory, environment or limits make no sense
  Invocation(Step step, StepScope scope, StepObserver observer, LogFiles logs, int attempt) {
    this.step = step;
    this.scope = scope;
    this.observer = observer;
    this.logs = logs;
    outputFile = logs.next(step, ".output");
    Consumer<String> warnings = onceEach(observer);
    Rendering base = scope.rendering(warnings);
    environment = environment(base);
    cwd = directory(base);
    limit =
        TimeLimit.of(resolve(step.timeout()), scope.commandLimit().apply(step), scope.deadline());
    addOurs(attempt);
    rendering = new Rendering(scope.strict(), Map.copyOf(environment), cwd, warnings);
  }

  /// A cleared environment keeps what Prodigy itself tells, but neither secrets nor `--env`.
  private Map<String, String> environment(Rendering base) {
    var all = new HashMap<String, String>();
    if (step.clearEnv()) {
      all.putAll(InheritedVariables.minimal(scope.environment()));
      scope
          .environment()
          .forEach(
              (name, value) -> {
                if (name.startsWith("PRODIGY_")) {
                  all.put(name, value);
                }
              });
    } else {
      all.putAll(scope.environment());
    }
    step.env()
        .forEach(
            (name, value) -> {
              if (value == null) {
                all.remove(name);
              } else {
                all.put(name, render(value, base));
              }
            });
    scope
        .fixedEnvironment()
        .forEach(
            (name, value) -> {
              if (!step.clearEnv() || name.startsWith("PRODIGY_")) {
                all.put(name, value);
              }
            });
    return all;
  }

  Step step() {
    return step;
  }

  StepScope scope() {
    return scope;
  }

  StepObserver observer() {
    return observer;
  }

  Path cwd() {
    return cwd;
  }

  Map<String, String> environment() {
    return environment;
  }

  LogFiles logs() {
    return logs;
  }

  @Nullable TimeLimit limit() {
    return limit;
  }

  @Nullable Duration timeout() {
    return limit == null ? null : limit.left();
  }

  /// True if the phase or agent ran out of time before the command could begin.
  boolean tooLate() {
    return limit != null && limit.left().isZero();
  }

  /// Where the command may leave variables; see [OutputFile].
  Path outputFile() {
    return outputFile;
  }

  Consumer<OutputLine> live() {
    return observer.wantsOutput() ? line -> observer.output(step, line) : CommandSpec.NOBODY;
  }

  String render(Template template) {
    return render(template, rendering);
  }

  /// A rendered path, against the step's directory; `~` is the user's home.
  Path path(Template template) {
    return resolve(cwd, render(template));
  }

  private String render(Template template, Rendering how) {
    return StepFault.guard(() -> template.render(scope.variables(), how));
  }

  private Path directory(Rendering base) {
    var template = step.workingDir();
    if (template == null) {
      return scope.worktree();
    }
    String text = render(template, base);
    Path directory = resolve(scope.worktree(), text).normalize();
    boolean relative = !Path.of(text).isAbsolute() && !text.startsWith("~");
    if (relative && !directory.startsWith(scope.worktree())) {
      throw new StepFault(
          StepOutcome.Kind.NOT_FOUND, "Working directory leaves the worktree: " + text);
    }
    if (!Files.isDirectory(directory)) {
      throw new StepFault(StepOutcome.Kind.NOT_FOUND, "Working directory not found: " + directory);
    }
    return directory;
  }

  private Path resolve(Path base, String text) {
    String home = environment.get("HOME");
    if (home != null && (text.equals("~") || text.startsWith("~/"))) {
      return Path.of(home + text.substring(1));
    }
    return base.resolve(text);
  }

  private @Nullable Duration resolve(@Nullable Limit value) {
    return value == null ? null : StepFault.guard(() -> value.resolve(environment::get));
  }

  private void addOurs(int attempt) {
    environment.put("PRODIGY_OUTPUT", outputFile.toString());
    environment.put("PRODIGY_STEP", step.display());
    var time = limit;
    if (time != null) {
      environment.put(
          "PRODIGY_COMMAND_TIMEOUT", Long.toString(Math.max(1, time.left().toSeconds())));
    }
    environment.put("SHELL_ATTEMPT", Integer.toString(attempt));
    environment.put("TEST_ATTEMPT", Integer.toString(attempt));
  }

  private static Consumer<String> onceEach(StepObserver observer) {
    Set<String> told = new HashSet<>();
    return text -> {
      if (told.add(text)) {
        observer.warning(text);
      }
    };
  }
}
