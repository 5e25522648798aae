package dev.prodigy.git;

import dev.prodigy.git.RefUpdates.Change;
import dev.prodigy.git.Repository.Descent;
import dev.prodigy.model.AgentId;
import dev.prodigy.model.JobId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/// The worktrees of a job's agents: as many as agents run at once, each serving attempt after
/// attempt, since making a worktree shortly after one was deleted costs ext4 ten times as much.
/// Every attempt finds what a new worktree would show, on a branch of its agent's.
///
/// Different slots may be used by different threads at once. What agents commit stays reachable
/// through their branch until that is deleted, also if they left it for another or for none.
public final class AgentWorktrees implements AutoCloseable {
  private final Repository repository;
  private final WorktreeRegistry registry;
  private final JobId job;
  private final boolean reuse;
  private final Consumer<String> warnings;
  private final BranchDeletions deletions;
  private final Map<Integer, AgentSlot> slots = new ConcurrentHashMap<>();

  /// Per slot, held while its worktree changes hands; never two at once.
  private final Map<Integer, Object> guards = new ConcurrentHashMap<>();

  /// Which slot shows a branch: git does not check a branch out twice.
  private final Map<String, Integer> shown = new ConcurrentHashMap<>();

  private final Map<Integer, AgentWorktree> busy = new ConcurrentHashMap<>();
  private volatile Predicate<String> keep = _ -> false;

  /// A worktree as one attempt gets it.
  ///
  /// @param name last component of its path
  /// @param base the commit it shows
  public record AgentWorktree(int slot, Path path, String name, String branch, String base) {}

  /// What an agent committed.
  ///
  /// @param commits oldest first
  /// @param files paths that one of them touches, sorted
  public record Changes(List<String> commits, List<String> files) {
    static final Changes NONE = new Changes(List.of(), List.of());

    public Changes {
      commits = List.copyOf(commits);
      files = List.copyOf(files);
    }
  }

  /// @param directory `ROOT/worktrees/<repo>`
  /// @param reuse false for a new worktree for every attempt
  public AgentWorktrees(Repository repository, Path directory, JobId job, boolean reuse) {
    this(repository, directory, job, reuse, _ -> {});
  }

  /// @param warnings told of failing `post-checkout` hooks, by any thread
  public AgentWorktrees(
      Repository repository, Path directory, JobId job, boolean reuse, Consumer<String> warnings) {
    this.repository = repository;
    this.registry = new WorktreeRegistry(repository, directory);
    this.job = job;
    this.reuse = reuse;
    this.warnings = warnings;
    deletions = new BranchDeletions(repository, registry);
  }

  static String branchOf(AgentId agent) {
    return "prodigy-" + nameOf(agent);
  }

  /// Gives an attempt its worktree: exactly `baseCommit`, on the agent's branch, which is moved
  /// there if an earlier attempt left it elsewhere.
  ///
  /// @param slot from 0; serves one attempt at a time
  /// @throws GitException if git cannot make it
  public AgentWorktree prepare(int slot, AgentId agent, String baseCommit) {
    String branch = branchOf(agent);
    deletions.forget(branch);
    leaveElsewhere(branch, slot);
    synchronized (guard(slot)) {
      return prepare(slot, agent, branch, baseCommit);
    }
  }

  /// Takes up the worktree of an attempt that was cut off, as it is. Only without reuse: slots
  /// serve whoever comes next.
  ///
  /// @param baseCommit what it was made from
  /// @return empty if it is not there or spoilt
  public Optional<AgentWorktree> adopt(int slot, AgentId agent, String baseCommit) {
    if (reuse) {
      return Optional.empty();
    }
    Path path = registry.place(nameOf(agent));
    Optional<Registration> found =
        registry
            .at(path)
            .filter(there -> there.linkedBack() && !there.beingMade() && !there.retired())
            .filter(there -> there.gitDir().has("index"));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    GitDir gitDir = found.get().gitDir();
    for (String lock : List.of("index.lock", "HEAD.lock")) {
      StaleLock.remove(gitDir.file(lock));
    }
    slots.put(slot, new AgentSlot(registry, path, found.get()));
    var worktree = new AgentWorktree(slot, path, nameOf(agent), branchOf(agent), baseCommit);
    busy.put(slot, worktree);
    return Optional.of(worktree);
  }

  /// Removes what a dead run left of an attempt whose work is merged. Only without reuse.
  public void clear(AgentId agent) {
    removeOrExplain(registry.place(nameOf(agent)));
    deletions.add(branchOf(agent));
  }

  private static String nameOf(AgentId agent) {
    return "mapreduce-agent-" + agent;
  }

  private AgentWorktree prepare(int slot, AgentId agent, String branch, String baseCommit) {
    String name = reuse ? slotPrefix() + slot : nameOf(agent);
    AgentSlot present = slots.get(slot);
    if (present != null && !(reuse && present.reset(branch, baseCommit, warnings))) {
      discard(slot, present);
      present = null;
    }
    if (present == null) {
      present = make(name, branch, baseCommit);
      slots.put(slot, present);
    }
    shown.put(branch, slot);
    var worktree = new AgentWorktree(slot, present.path(), name, branch, baseCommit);
    busy.put(slot, worktree);
    return worktree;
  }

  private String slotPrefix() {
    return "mapreduce-agent-" + job + "-slot-";
  }

  /// An earlier attempt of the same agent ran in another slot, which may still show the branch.
  private void leaveElsewhere(String branch, int slot) {
    Integer other = shown.remove(branch);
    if (other != null && other != slot) {
      synchronized (guard(other)) { // another agent may just be getting it
        detach(slots.get(other), branch);
      }
    }
  }

  private Object guard(int slot) {
    return guards.computeIfAbsent(slot, _ -> new Object());
  }

  private void detach(@Nullable AgentSlot there, String branch) {
    if (there != null
        && repository.head(there.gitDir()).branch().filter(branch::equals).isPresent()) {
      Git.inWorktree(there.path()).run("checkout", "-q", "-f", "--detach");
    }
  }

  private AgentSlot make(String name, String branch, String commit) {
    Path path = registry.place(name);
    if (Files.exists(path) || registry.at(path).isPresent()) {
      removeOrExplain(path);
    }
    makeDirectory();
    path = registry.place(name);
    Registration made = registry.add(path, branch, commit, warnings);
    return new AgentSlot(registry, path, made);
  }

  private void makeDirectory() {
    try {
      Files.createDirectories(registry.directory());
    } catch (IOException e) {
      throw GitException.io(registry.directory(), e);
    }
  }

  private void discard(int slot, AgentSlot present) {
    removeOrExplain(present.path());
    slots.remove(slot);
    shown.values().removeIf(s -> s == slot);
  }

  private void removeOrExplain(Path path) {
    registry
        .remove(path)
        .ifPresent(
            why -> {
              throw GitException.worktreeNotCreated(path, why);
            });
  }

  /// The commits that the attempt has made since it got its worktree. Costs no process if there are
  /// none, else one.
  public Changes changes(AgentWorktree worktree) {
    String tip = repository.head(gitDir(worktree)).commit();
    if (tip == null || tip.equals(worktree.base())) {
      return Changes.NONE;
    }
    CommitLog log = CommitLog.between(repository, worktree.base(), tip);
    if (log.growsFrom(worktree.base())) {
      repository.noteDescent(tip, new Descent(worktree.base(), log.treeOf(tip)));
    }
    if (!repository.branchTip(worktree.branch()).filter(tip::equals).isPresent()) {
      // The agent left its branch: what it made must not depend on a worktree's HEAD.
      RefUpdates.once(repository, List.of(Change.set("refs/heads/" + worktree.branch(), tip)));
    }
    return new Changes(log.commits(), log.files());
  }

  private GitDir gitDir(AgentWorktree worktree) {
    AgentSlot slot = slots.get(worktree.slot());
    if (slot != null && slot.path().equals(worktree.path())) {
      return slot.gitDir();
    }
    return GitDir.of(worktree.path())
        .orElseThrow(() -> GitException.worktreeNotFound(worktree.name(), worktree.path()));
  }

  /// What the attempt left uncommitted, as `XY path`.
  public List<String> uncommitted(AgentWorktree worktree) {
    return Repository.status(Git.inWorktree(worktree.path()));
  }

  /// Keeps the worktree for debugging, under its agent's name. Its slot is free and will be made
  /// anew; only the user's own cleaning removes it.
  ///
  /// @return its new place
  public AgentWorktree retire(AgentWorktree worktree) {
    AgentSlot slot = slots.get(worktree.slot());
    if (slot == null || !slot.path().equals(worktree.path())) {
      throw GitException.worktreeNotFound(worktree.name(), worktree.path());
    }
    slot.registration().markRetired();
    Path place = worktree.path();
    if (reuse) {
      String name = worktree.branch().substring("prodigy-".length());
      place = freePlace(name);
      registry.move(worktree.path(), place);
    }
    slots.remove(worktree.slot());
    shown.remove(worktree.branch());
    busy.remove(worktree.slot());
    return new AgentWorktree(
        worktree.slot(),
        place,
        String.valueOf(place.getFileName()),
        worktree.branch(),
        worktree.base());
  }

  private Path freePlace(String name) {
    Path place = registry.place(name);
    for (int n = 2; Files.exists(place); n++) {
      place = registry.place(name + "-" + n);
    }
    return place;
  }

  /// Ends an attempt: its slot is free. A branch to delete is deleted later, with others.
  public void release(AgentWorktree worktree, boolean deleteBranch) {
    busy.remove(worktree.slot(), worktree);
    AgentSlot slot = slots.get(worktree.slot());
    if (!reuse && slot != null && slot.path().equals(worktree.path())) {
      discard(worktree.slot(), slot);
    }
    if (deleteBranch) {
      deletions.add(worktree.branch());
    }
  }

  /// Where an agent's branch stands, also when its worktree is gone.
  public Optional<String> agentBranchTip(AgentId agent) {
    return repository.branchTip(branchOf(agent));
  }

  /// Keeps what an interrupted attempt committed in `refs/prodigy/abandoned/<job>/<suffix>`. To be
  /// called before [#recover] deletes its branch.
  ///
  /// @param suffix `<item>-<attempt>`
  /// @return the reference; empty if there is nothing that another branch does not have
  public Optional<String> abandon(AgentId agent, String suffix) {
    return agentBranchTip(agent).flatMap(tip -> new Abandoned(repository, job).keep(tip, suffix));
  }

  /// Deletes a branch whose commits are merged or not wanted, later and with others.
  public void discardBranch(String branch) {
    deletions.add(branch);
  }

  /// Deletes branches of ours in one go. Absent ones are fine.
  public static void deleteBranches(Repository repository, List<String> branches) {
    BranchDeletions.delete(repository, branches);
  }

  /// Which agent branches the next [#recover] leaves, by name: those with commits still to merge.
  public void keepBranches(Predicate<String> keep) {
    this.keep = keep;
  }

  /// Clears away what a dead run of this job left: slots, half-made worktrees, lock files,
  /// branches. Worktrees that were retired stay, with their branches. No other process may run this
  /// job.
  public void recover() {
    try (var _ = registry.lock()) {
      new AgentRecovery(repository, registry, job).run(keep);
    }
  }

  /// Removes the slots' worktrees and the branches to delete. A worktree whose attempt was never
  /// released stays: the job was interrupted, and its next run recovers.
  @Override
  public void close() {
    @Nullable GitException failure = null;
    for (var entry : Map.copyOf(slots).entrySet()) {
      if (!busy.containsKey(entry.getKey())) {
        try {
          discard(entry.getKey(), entry.getValue());
        } catch (GitException e) {
          failure = with(failure, e);
        }
      }
    }
    try {
      deletions.flush();
    } catch (GitException e) {
      failure = with(failure, e);
    }
    if (failure != null) {
      throw failure;
    }
  }

  private static GitException with(@Nullable GitException first, GitException next) {
    if (first == null) {
      return next;
    }
    first.addSuppressed(next);
    return first;
  }
}
