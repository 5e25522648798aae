package dev.prodigy.cli.look;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.config.StorePlace;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.JobId;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.storage.EventFiles;
import dev.prodigy.storage.Segment;
import dev.prodigy.storage.SegmentListing;
import dev.prodigy.storage.file.EventIndex;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Where the events a command asks for lie. Found by looking at directories alone: no git is
/// started and nothing is created, since people wait for `events ls`.
final class EventPlaces {
  private final Path root;
  private final File events;
  private final Invocation call;

  EventPlaces(Invocation call) {
    this.call = call;
    this.root = StorePlace.root(call);
    this.events = new File(root.toFile(), "events");
  }

  /// The log of one job.
  ///
  /// @param files of its repository
  record Log(EventFiles files, String repository, JobId job) {
    EventIndex index(Consumer<String> notices) {
      return EventIndex.of(files.directory(job), job, files.segments(job), notices);
    }
  }

  Path root() {
    return root;
  }

  /// What `--file` or `--job-id` name, else of all jobs of the repositories asked for.
  ///
  /// @throws ProdigyException if there is no such file or job
  List<Segment> segments() {
    return segments(call.get(EventOptions.JOB));
  }

  List<Segment> segments(Optional<String> job) {
    Optional<Path> file = call.get(EventOptions.FILE);
    if (file.isPresent()) {
      return List.of(Segment.ofFile(existing(file.get())));
    }
    List<Segment> all = new ArrayList<>();
    if (job.isPresent()) {
      for (Log log : named(job.get())) {
        all.addAll(log.files().segments(log.job()));
      }
      return all;
    }
    for (String repository : repositories()) {
      EventFiles files = files(repository);
      all.addAll(files.segments(files.jobs()));
    }
    return all;
  }

  /// A file that a user named.
  Path existing(Path file) {
    Path path = call.callerDirectory().resolve(file);
    if (!path.toFile().isFile()) {
      throw new ProdigyException(ErrorCode.STORAGE_NOT_FOUND, "File not found: " + file, null);
    }
    return path;
  }

  /// Those that `--job-id` names, else all of the repositories asked for, the latest first.
  List<Log> logs() {
    Optional<String> job = call.get(EventOptions.JOB);
    return job.isPresent() ? named(job.get()) : all(repositories());
  }

  List<Log> all(List<String> repositories) {
    List<Log> logs = new ArrayList<>();
    for (String repository : repositories) {
      EventFiles files = files(repository);
      for (JobId job : files.jobs()) {
        logs.add(new Log(files, repository, job));
      }
    }
    return logs;
  }

  /// The one job of this name.
  Log one(String job) {
    List<Log> logs = named(job);
    if (logs.size() > 1) {
      throw JobLookup.ambiguous(job, logs);
    }
    return logs.getFirst();
  }

  /// The job of this id, this repository's first; only if there is none, whatever else the name may
  /// mean.
  private List<Log> named(String name) {
    Log here = exactly(name);
    return here != null ? List.of(here) : new JobLookup(this).find(name);
  }

  private @Nullable Log exactly(String id) {
    JobId job = new JobId(id);
    String here = hereName();
    if (here != null && files(here).has(job)) {
      return new Log(files(here), here, job);
    }
    Log found = null;
    for (String repository : everyRepository()) {
      EventFiles files = files(repository);
      if (files.has(job)) {
        if (found != null) {
          throw JobLookup.ambiguous(id, List.of(found, new Log(files, repository, job)));
        }
        found = new Log(files, repository, job);
      }
    }
    return found;
  }

  /// What is there of a job from time to time, also before it begins; without a job, of all jobs.
  SegmentListing following(Optional<String> job) {
    Optional<Path> file = call.get(EventOptions.FILE);
    if (file.isPresent()) {
      Path path = existing(file.get());
      return _ -> List.of(Segment.ofFile(path));
    }
    if (job.isEmpty()) {
      return archives -> {
        List<Segment> all = new ArrayList<>();
        repositories().forEach(name -> all.addAll(files(name).list(List.of(), archives)));
        return all;
      };
    }
    if (exactly(job.get()) == null) {
      List<Log> meant = new JobLookup(this).look(job.get());
      if (meant.size() == 1) {
        return following(meant.getFirst());
      }
    }
    return archives -> {
      Log log = exactly(job.get());
      return log == null ? List.of() : following(log).list(archives);
    };
  }

  private static SegmentListing following(Log log) {
    return archives -> archives ? log.files().segments(log.job()) : log.files().live(log.job());
  }

  EventFiles files(String repository) {
    return EventFiles.of(root, repository);
  }

  /// Those asked for; outside of any repository all of them.
  List<String> repositories() {
    String here = call.allRepos() ? null : hereName();
    return here != null ? List.of(here) : everyRepository();
  }

  List<String> everyRepository() {
    List<String> found = new ArrayList<>();
    add(events.list(), found);
    add(new File(root.toFile(), "archive/events").list(), found);
    return found;
  }

  private static void add(String @Nullable [] names, List<String> found) {
    for (String name : names == null ? new String[0] : names) {
      boolean repository = !name.startsWith(".") && !name.equals(EventFiles.OLD_ARCHIVE);
      if (repository && !found.contains(name)) {
        found.add(name);
      }
    }
  }

  /// The name of the repository we are in; null outside of any.
  @Nullable String hereName() {
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
        return RepositoryHere.name(at, root);
      }
    }
    return null;
  }
}
