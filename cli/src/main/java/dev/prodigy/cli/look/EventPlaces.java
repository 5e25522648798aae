package dev.prodigy.cli.look;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.JobId;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.Segment;
import dev.prodigy.storage.file.StorageRoot;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Where the events a command asks for lie. Found by looking at directories alone: no git is
/// started and nothing is created, since people wait for `events ls`.
final class EventPlaces {
  private final File events;
  private final Invocation call;

  EventPlaces(Invocation call) {
    this.call = call;
    Path root = StorageRoot.resolve(call.env(), call.console()::warn);
    events = root.resolve("events").toFile();
  }

  /// The segments of the job, or of all jobs of the repositories asked for.
  ///
  /// @throws ProdigyException if the job is unknown
  List<Segment> segments(Optional<String> job) {
    if (job.isPresent()) {
      return filesOf(job.get()).segments(new JobId(job.get()));
    }
    List<Segment> all = new ArrayList<>();
    for (EventFiles files : repositories()) {
      all.addAll(files.segments(files.jobs()));
    }
    return all;
  }

  /// The repository directory that has the job's events: this repository's first.
  EventFiles filesOf(String job) {
    EventFiles found = find(job);
    if (found == null) {
      throw new ProdigyException(
          ErrorCode.STORAGE_NOT_FOUND, "Job '" + job + "' not found", "prodigy sessions list");
    }
    return found;
  }

  @Nullable EventFiles find(String job) {
    String id = new JobId(job).value();
    String here = hereName();
    if (here != null && new File(new File(events, here), id).isDirectory()) {
      return new EventFiles(new File(events, here).toPath());
    }
    String[] names = events.list();
    if (names != null) {
      for (String name : names) {
        if (new File(new File(events, name), id).isDirectory()) {
          return new EventFiles(new File(events, name).toPath());
        }
      }
    }
    return null;
  }

  /// Those asked for; outside of any repository all of them.
  List<EventFiles> repositories() {
    List<EventFiles> found = new ArrayList<>();
    String here = call.allRepos() ? null : hereName();
    if (here != null) {
      found.add(new EventFiles(new File(events, here).toPath()));
      return found;
    }
    String[] names = events.list();
    if (names != null) {
      for (String name : names) {
        found.add(new EventFiles(new File(events, name).toPath()));
      }
    }
    return found;
  }

  /// The name of the repository we are in: its directory's, where that has events.
  private @Nullable String hereName() {
    if (call.repo().isPresent()) {
      return call.repo().get();
    }
    for (File at = call.directory().toFile(); at != null; at = at.getParentFile()) {
      File parent = at.getParentFile();
      boolean worktree =
          parent != null
              && parent.getParentFile() != null
              && parent.getParentFile().getName().equals("worktrees")
              && new File(events, parent.getName()).isDirectory();
      if (worktree) {
        return parent.getName();
      }
      if (new File(at, ".git").exists()) {
        return new File(events, at.getName()).isDirectory() ? at.getName() : null;
      }
    }
    return null;
  }
}
