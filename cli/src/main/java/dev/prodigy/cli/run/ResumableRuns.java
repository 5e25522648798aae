package dev.prodigy.cli.run;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.JobId;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.Session;
import dev.prodigy.model.SessionId;
import dev.prodigy.model.SessionStatus;
import dev.prodigy.storage.ProcessIdentity;
import dev.prodigy.storage.RepositoryStore;
import dev.prodigy.storage.Store;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Finds what an id on the command line means, by looking: session, then job of this repository,
/// then of others, then the beginning of either.
public final class ResumableRuns {
  private static final int SHORTEST_PREFIX = 6;
  private static final int SHOWN = 3;
  private static final String LATEST = "latest";

  private final Store store;
  private final @Nullable RepoName here;

  /// @param here the repository we are in, if any: it is looked through first
  public ResumableRuns(Store store, @Nullable RepoName here) {
    this.store = store;
    this.here = here;
  }

  /// What an id stands for.
  ///
  /// @param session null when the user cleaned it away
  /// @param job null for a sequential run
  public record Found(RepoName repository, @Nullable SessionId session, @Nullable JobId job) {
    String shown() {
      return repository + "  " + (job != null ? job : session);
    }
  }

  /// @throws ProdigyException if nothing or more than one thing has the id
  public Found find(String id) {
    List<Found> found = new ArrayList<>(exactly(id));
    if (found.isEmpty() && id.length() >= SHORTEST_PREFIX) {
      found.addAll(beginningWith(id));
    }
    if (found.size() == 1) {
      return found.getFirst();
    }
    throw found.isEmpty() ? unknown(id) : ambiguous(id, found);
  }

  private List<Found> exactly(String id) {
    if (id.equals(LATEST)) {
      return store.sessions().list().stream()
          .filter(session -> here == null || session.repository().equals(here.value()))
          .reduce((_, later) -> later)
          .map(ResumableRuns::of)
          .stream()
          .toList();
    }
    Optional<Session> session = store.sessions().find(new SessionId(id));
    if (session.isPresent()) {
      return List.of(of(session.get()));
    }
    var found = new ArrayList<Found>();
    for (RepoName name : repositories()) {
      RepositoryStore repository = store.repository(name);
      JobId job = new JobId(id);
      Optional<SessionId> mapped = repository.mappings().sessionOf(job);
      if (mapped.isPresent() || repository.job(job).exists()) {
        found.add(new Found(name, mapped.orElse(null), job));
      }
    }
    return found;
  }

  private List<Found> beginningWith(String prefix) {
    var found = new LinkedHashSet<Found>();
    for (Session session : store.sessions().list()) {
      if (session.id().value().startsWith(prefix)) {
        found.add(of(session));
      }
    }
    for (RepoName name : repositories()) {
      for (JobId job : store.repository(name).jobs()) {
        if (job.value().startsWith(prefix)) {
          SessionId session = store.repository(name).mappings().sessionOf(job).orElse(null);
          found.add(new Found(name, session, job));
        }
      }
    }
    return List.copyOf(found);
  }

  private static Found of(Session session) {
    Session.MapReduceData data = session.mapreduceData();
    return new Found(
        new RepoName(session.repository()),
        session.id(),
        data == null ? null : new JobId(data.jobId()));
  }

  private List<RepoName> repositories() {
    var names = new LinkedHashSet<RepoName>();
    if (here != null) {
      names.add(here);
    }
    names.addAll(store.repositories());
    return List.copyOf(names);
  }

  /// The newest session of this repository that can be resumed.
  public Optional<Found> newestResumable() {
    return store.sessions().list().stream()
        .filter(session -> here == null || session.repository().equals(here.value()))
        .filter(ResumableRuns::resumableByItself)
        .max((a, b) -> a.startedAt().compareTo(b.startedAt()))
        .map(ResumableRuns::of);
  }

  /// Paused, failed, or cut off: running with a dead owner, or completed by one that died before
  /// the work was merged.
  public static boolean resumable(Session session) {
    return switch (session.status()) {
      case PAUSED, FAILED -> true;
      case INITIALIZING, RUNNING -> !owned(session);
      case COMPLETED -> session.owner() != null && !owned(session);
      case CANCELLED -> false;
    };
  }

  /// The same, but not what a step of another run started: that goes on with its caller only.
  public static boolean resumableByItself(Session session) {
    return session.caller().isEmpty() && resumable(session);
  }

  /// The status as users see it: a run whose process died is interrupted.
  public static String shownStatus(Session session) {
    boolean asked =
        session.status() == SessionStatus.PAUSED || session.status() == SessionStatus.FAILED;
    if (resumable(session) && !asked) {
      return "Interrupted";
    }
    String name = session.status().name();
    return name.charAt(0) + name.substring(1).toLowerCase(java.util.Locale.ROOT);
  }

  private static boolean owned(Session session) {
    return session.owner() != null && ProcessIdentity.isAlive(session.owner());
  }

  private ProdigyException unknown(String id) {
    String nearest =
        store.sessions().list().stream()
            .sorted(Comparator.comparing(Session::startedAt).reversed())
            .limit(SHOWN)
            .map(session -> of(session).shown())
            .reduce((a, b) -> a + "\n" + b)
            .orElse("there are no sessions");
    return new ProdigyException(
        ErrorCode.SESSION_NOT_FOUND,
        id.startsWith("mapreduce-") ? "MapReduce job not found: " + id : "Session not found: " + id,
        null,
        "known: " + nearest,
        "prodigy sessions list",
        null);
  }

  private static ProdigyException ambiguous(String id, List<Found> found) {
    return new ProdigyException(
        ErrorCode.SESSION,
        "More than one session or job is called " + id,
        null,
        String.join("\n", found.stream().map(Found::shown).toList()),
        "give the whole id",
        null);
  }
}
