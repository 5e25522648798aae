package dev.prodigy.workflow;

import dev.prodigy.workflow.expression.Template;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// What a built-in handler does: `handler: {name: git, attributes: {…}}`, or shorter `git: {…}`.
public sealed interface HandlerAction {

  /// The name workflows call it by.
  default String name() {
    return switch (this) {
      case Shell _ -> "shell";
      case Claude _ -> "claude";
      case Git _ -> "git";
      case Cargo _ -> "cargo";
      case FileOperation _ -> "file";
    };
  }

  /// What messages show of it beside its name.
  default String summary() {
    return switch (this) {
      case Shell shell -> shell.command().source();
      case Claude claude -> claude.prompt().source();
      case Git git -> git.operation().source();
      case Cargo cargo -> cargo.command().source();
      case FileOperation file -> file.operation().word() + " " + file.path().source();
    };
  }

  /// Every text in it, in no particular order.
  default List<Template> texts() {
    return switch (this) {
      case Shell shell -> present(shell.command(), shell.shell());
      case Claude claude ->
          Stream.concat(
                  claude.contextFiles().stream(),
                  present(claude.prompt(), claude.model(), claude.system()).stream())
              .toList();
      case Git git ->
          Stream.concat(
                  Stream.concat(git.args().stream(), git.files().stream()),
                  present(git.operation(), git.message(), git.branch(), git.remote()).stream())
              .toList();
      case Cargo cargo ->
          Stream.concat(
                  cargo.args().stream(),
                  present(cargo.command(), cargo.features(), cargo.packageName(), cargo.target())
                      .stream())
              .toList();
      case FileOperation file -> present(file.path(), file.content(), file.destination());
    };
  }

  /// How long it may take if the step does not say; null: as long as it likes.
  default @Nullable Duration standardLimit() {
    return switch (this) {
      case Shell _ -> Duration.ofSeconds(30);
      case Claude _ -> Duration.ofSeconds(60);
      case Git _, Cargo _, FileOperation _ -> null;
    };
  }

  private static List<Template> present(@Nullable Template... texts) {
    return Stream.of(texts).filter(Objects::nonNull).toList();
  }

  /// @param shell what runs the command with `-c`
  record Shell(Template command, Template shell) implements HandlerAction {}

  /// @param system added to the agent's own instructions
  /// @param contextFiles put before the prompt with their content
  record Claude(
      Template prompt,
      @Nullable Template model,
      @Nullable Template system,
      List<Template> contextFiles)
      implements HandlerAction {
    public Claude {
      contextFiles = List.copyOf(contextFiles);
    }
  }

  /// @param operation any subcommand of git
  /// @param args each is split at spaces
  /// @param message of `commit`
  /// @param files for `commit`: what [#autoStage] adds; for all else arguments after `--`
  record Git(
      Template operation,
      List<Template> args,
      @Nullable Template message,
      @Nullable Template branch,
      @Nullable Template remote,
      List<Template> files,
      boolean autoStage)
      implements HandlerAction {
    public Git {
      args = List.copyOf(args);
      files = List.copyOf(files);
    }
  }

  /// @param args each is split at spaces
  /// @param flags such as `--release`, in the order cargo gets them
  record Cargo(
      Template command,
      List<Template> args,
      @Nullable Template features,
      @Nullable Template packageName,
      @Nullable Template target,
      List<String> flags)
      implements HandlerAction {
    public Cargo {
      args = List.copyOf(args);
      flags = List.copyOf(flags);
    }
  }

  /// @param content of `write` and `append`
  /// @param destination of `copy` and `move`
  /// @param charset of the content
  /// @param overwrite false: an existing file is an error of `write`, `copy` and `move`
  record FileOperation(
      Operation operation,
      Template path,
      @Nullable Template content,
      @Nullable Template destination,
      String charset,
      boolean createDirs,
      boolean overwrite)
      implements HandlerAction {

    public enum Operation {
      READ,
      WRITE,
      APPEND,
      DELETE,
      COPY,
      MOVE,
      EXISTS;

      public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
      }
    }
  }
}
