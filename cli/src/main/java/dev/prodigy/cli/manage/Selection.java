package dev.prodigy.cli.manage;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.run.Workspace;
import dev.prodigy.git.GitException;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.JobId;
import dev.prodigy.model.JobState;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.SessionId;
import dev.prodigy.storage.JobStore;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.StorageException;
import dev.prodigy.storage.Store;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// Which repositories and jobs a command is about.
public final class Selection {
  private static final int SHORTEST_PREFIX = 6;
  private static final String LATEST = "latest";

  private final Invocation call;
  private final Store store;

  public Selection(Invocation call, Store store) {
    this.call = call;
    this.store = store;
  }

  /// A job in its repository.
  public record Job(RepositoryStore repository, JobId id) {
    JobStore store() {
      return repository.job(id);
    }

    String shown() {
      return repository.name() + "  " + id;
    }
  }

  /// Those asked for: `--all-repos`, `--repo`, else the one we are in; outside of any, all.
  public List<RepositoryStore> repositories() {
    if (call.allRepos()) {
      return all();
    }
    try {
      return List.of(Workspace.repositoryStore(call, store));
    } catch (GitException _) {
      return all();
    }
  }

  private List<RepositoryStore> all() {
    return store.repositories().stream().map(store::repository).toList();
  }

  /// Every job of the repositories asked for that has any state or dead letters.
  public List<Job> jobs() {
    return repositories().stream().flatMap(repository -> jobsOf(repository).stream()).toList();
  }

  private static List<Job> jobsOf(RepositoryStore repository) {
    var ids = new LinkedHashSet<>(repository.jobs());
    ids.addAll(repository.deadLetterJobs());
    return ids.stream().map(id -> new Job(repository, id)).toList();
  }

  /// What an id stands for: a job, the job of a session, the jobs of a workflow's name, the
  /// beginning of a job's or session's id, or `latest`. Looked up in the repositories asked for,
  /// then in all.
  ///
  /// @throws ProdigyException if it stands for nothing, or for things in several repositories
  public List<Job> jobs(String id) {
    List<Job> found = among(repositories(), id);
    if (found.isEmpty() && call.repo().isEmpty()) {
      found = among(all(), id);
    }
    if (found.isEmpty()) {
      throw new ProdigyException(
          ErrorCode.SESSION_NOT_FOUND, "MapReduce job not found: " + id, "prodigy sessions list");
    }
    if (found.stream().map(job -> job.repository().name()).distinct().count() > 1) {
      throw ambiguous(id, found);
    }
    return found;
  }

  private static List<Job> among(List<RepositoryStore> repositories, String id) {
    var exact = new ArrayList<Job>();
    var beginning = new ArrayList<Job>();
    for (RepositoryStore repository : repositories) {
      List<Job> jobs = jobsOf(repository);
      if (id.equals(LATEST)) {
        jobs.stream().limit(1).forEach(exact::add);
      } else {
        jobs.stream().filter(job -> names(job, id::equals)).forEach(exact::add);
        if (id.length() >= SHORTEST_PREFIX) {
          jobs.stream().filter(job -> names(job, n -> n.startsWith(id))).forEach(beginning::add);
        }
      }
    }
    return exact.isEmpty() ? beginning : exact;
  }

  private static boolean names(Job job, Predicate<String> matches) {
    Optional<JobState> state = state(job);
    return matches.test(job.id().value())
        || state.map(s -> s.sessionId().value()).or(() -> mapped(job)).filter(matches).isPresent()
        || state.map(JobState::workflowName).filter(matches).isPresent();
  }

  private static Optional<String> mapped(Job job) {
    try {
      return job.repository().mappings().sessionOf(job.id()).map(SessionId::value);
    } catch (StorageException _) { // `storage verify` tells of it
      return Optional.empty();
    }
  }

  private static Optional<JobState> state(Job job) {
    try {
      return job.store().state();
    } catch (StorageException _) { // its id still names it; `storage verify` tells of the damage
      return Optional.empty();
    }
  }

  /// As [#jobs(String)], for commands about one job.
  public Job job(String id) {
    List<Job> found = jobs(id);
    if (found.size() > 1) {
      throw ambiguous(id, found);
    }
    return found.getFirst();
  }

  private static ProdigyException ambiguous(String id, List<Job> found) {
    return new ProdigyException(
        ErrorCode.SESSION,
        "More than one job is called " + id,
        null,
        String.join("\n", found.stream().map(Job::shown).toList()),
        "give the whole id",
        null);
  }
}
