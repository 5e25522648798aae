package dev.prodigy.cli.manage;

import dev.prodigy.cli.ExitCode;
import dev.prodigy.cli.command.Command;
import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.cli.terminal.Console;
import dev.prodigy.cli.terminal.Human;
import dev.prodigy.git.GitException;
import dev.prodigy.git.Repository;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.Store;
import dev.prodigy.storage.file.TreeSize;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// `prodigy clean`: what finished runs left. What a live process owns is never touched, what a
/// resume needs only with `--include-resumable`.
public final class CleanCommands {
  private static final Option<Optional<Duration>> OLDER_THAN =
      Option.value("older-than", "AGE", Values.DURATION, "Only what was last touched so long ago");
  private static final Option<Boolean> AGENTS =
      Option.flag("mapreduce", "Only worktrees of agents");

  private final Invocation call;
  private final Store store;
  private final Instant before;
  private final ObjectNode json = Json.NODES.objectNode();
  private final ArrayNode types = json.putArray("types");
  private boolean failed;

  private CleanCommands(Invocation call) {
    this.call = call;
    this.store = Workspace.store(call);
    this.before = call.get(OLDER_THAN).map(age -> Instant.now().minus(age)).orElse(Instant.MAX);
  }

  public static void define(Command clean) {
    clean.add("all", "All of the below", command -> define(command, kinds()));
    for (CleanKind kind : kinds()) {
      clean.add(kind.word(), kind.summary(), command -> define(command, List.of(kind)));
    }
  }

  private static List<CleanKind> kinds() {
    return List.of(CleanKind.values());
  }

  private static void define(Command command, List<CleanKind> kinds) {
    if (kinds.contains(CleanKind.WORKTREES)) {
      command.options(AGENTS);
    }
    command
        .options(
            OLDER_THAN,
            Confirmation.DRY_RUN,
            Confirmation.FORCE,
            Confirmation.YES,
            Confirmation.INCLUDE_RESUMABLE)
        .runs(call -> new CleanCommands(call).run(kinds));
  }

  /// What goes of one kind.
  private record Chosen(CleanKind kind, List<Cleanable> items) {
    long bytes() {
      return items.stream().mapToLong(Cleanable::bytes).sum();
    }
  }

  private int run(List<CleanKind> kinds) {
    var chosen = new ArrayList<Chosen>();
    for (CleanKind kind : kinds) {
      chosen.add(new Chosen(kind, choose(kind)));
    }
    int items = chosen.stream().mapToInt(c -> c.items().size()).sum();
    long bytes = chosen.stream().mapToLong(Chosen::bytes).sum();
    if (call.get(Confirmation.DRY_RUN)) {
      chosen.forEach(this::wouldRemove);
      return ended(items == 0);
    }
    if (items == 0) {
      return ended(true);
    }
    if (kinds.size() > 1) {
      chosen.forEach(c -> note(c.kind().word() + ": " + amount(c)));
    }
    String question = "Delete %s (%s)?".formatted(Human.count(items, "item"), Human.size(bytes));
    if (!Confirmation.given(call, question)) {
      return ExitCode.OK;
    }
    long reclaimed = 0;
    int removed = 0;
    for (Chosen one : chosen) {
      List<Cleanable> gone = remove(one);
      removed += gone.size();
      reclaimed += gone.stream().mapToLong(Cleanable::bytes).sum();
    }
    if (kinds.size() > 1) {
      say(
          "Total: %s removed, %s reclaimed"
              .formatted(Human.count(removed, "item"), Human.size(reclaimed)));
    }
    return ended(false);
  }

  private static String amount(Chosen chosen) {
    return "%s, %s"
        .formatted(Human.count(chosen.items().size(), "item"), Human.size(chosen.bytes()));
  }

  private List<Cleanable> choose(CleanKind kind) {
    var chosen = new ArrayList<Cleanable>();
    for (RepositoryStore repository : new Selection(call, store).repositories()) {
      for (Cleanable item : cleanables(kind, repository)) {
        if (!item.last().isBefore(before)) {
          continue;
        }
        if (item.kept() == null) {
          chosen.add(item);
        } else {
          json.withArrayProperty("kept")
              .addObject()
              .put("type", kind.word())
              .put("name", item.name())
              .put("reason", item.kept());
          if (!isJson()) {
            call.console()
                .warn("Kept %s of %s: %s".formatted(kind.word(), item.name(), item.kept()));
          }
        }
      }
    }
    return chosen;
  }

  private List<Cleanable> cleanables(CleanKind kind, RepositoryStore repository) {
    boolean all = call.get(Confirmation.INCLUDE_RESUMABLE);
    var cleanables = new Cleanables(store, repository, all);
    return switch (kind) {
      case WORKTREES -> worktrees(repository);
      case SESSIONS -> cleanables.sessions();
      case LOGS -> cleanables.logs(ClaudeProjects.home(call.env()));
      case STATE -> cleanables.state();
      case EVENTS -> cleanables.events();
      case DLQ -> cleanables.deadLetters();
    };
  }

  private List<Cleanable> worktrees(RepositoryStore repository) {
    Optional<Repository> git = gitOf(repository);
    if (git.isEmpty()) {
      return List.of();
    }
    WorktreePlace place = WorktreePlace.of(store, repository, git.get());
    var cleaning =
        new WorktreeCleaning(
            place, call.get(Confirmation.FORCE), call.get(Confirmation.INCLUDE_RESUMABLE));
    return place.entries(false).stream()
        .filter(entry -> !call.get(AGENTS) || entry.isOfAgent())
        .map(
            entry ->
                new Cleanable(
                    entry.name(),
                    TreeSize.of(entry.path()).bytes(),
                    entry.lastActivity(),
                    cleaning.reasonToKeep(entry),
                    () -> {
                      String failure = cleaning.remove(entry, call.console()::note).failure();
                      if (failure != null) {
                        throw new ProdigyException(ErrorCode.GIT, failure, null);
                      }
                    }))
        .toList();
  }

  /// Worktrees can only be removed by the repository they are of.
  private Optional<Repository> gitOf(RepositoryStore repository) {
    Path root = store.names().roots().get(repository.name());
    try {
      return Optional.of(
          root == null || Workspace.isHere(call, store, repository)
              ? Workspace.repository(call)
              : Repository.discover(root));
    } catch (GitException e) {
      call.console().warn("Worktrees of %s are left: %s".formatted(repository.name(), e.message()));
      return Optional.empty();
    }
  }

  private void wouldRemove(Chosen chosen) {
    report(chosen.kind(), chosen.items());
    for (Cleanable item : chosen.items()) {
      say("Would remove %s %s".formatted(chosen.kind().word(), item.name()));
    }
    say("%s: Would remove %s".formatted(chosen.kind().word(), amount(chosen)));
  }

  /// Those that are gone; what could not be removed is told, and the rest goes on.
  private List<Cleanable> remove(Chosen chosen) {
    var gone = new ArrayList<Cleanable>();
    for (Cleanable item : chosen.items()) {
      try {
        item.removal().run();
        gone.add(item);
      } catch (ProdigyException e) {
        failed = true;
        json.withArrayProperty("failed")
            .addObject()
            .put("type", chosen.kind().word())
            .put("name", item.name())
            .put("error", e.message());
        call.console()
            .warn(
                "Cannot remove %s %s: %s"
                    .formatted(chosen.kind().word(), item.name(), e.message()));
      }
    }
    report(chosen.kind(), gone);
    say(
        "%s: %s removed, %s reclaimed"
            .formatted(
                chosen.kind().word(),
                Human.count(gone.size(), "item"),
                Human.size(gone.stream().mapToLong(Cleanable::bytes).sum())));
    return gone;
  }

  private void report(CleanKind kind, List<Cleanable> items) {
    ObjectNode node = types.addObject();
    node.put("type", kind.word());
    node.put("items", items.size());
    node.put("bytes", items.stream().mapToLong(Cleanable::bytes).sum());
    ArrayNode names = node.putArray("names");
    items.forEach(item -> names.add(item.name()));
  }

  private int ended(boolean nothing) {
    if (isJson()) {
      json.put("dry_run", call.get(Confirmation.DRY_RUN));
      call.console().print(json.toPrettyString());
    } else if (nothing && !call.get(Confirmation.DRY_RUN)) {
      call.console().print("Nothing to clean.");
    }
    return failed ? ExitCode.FAILED : ExitCode.OK;
  }

  private boolean isJson() {
    return call.format().filter(format -> format.isJson()).isPresent();
  }

  private void say(String line) {
    if (!isJson()) {
      call.console().print(line);
    }
  }

  private void note(String line) {
    Console console = call.console();
    if (!isJson()) {
      console.note(line);
    }
  }
}
