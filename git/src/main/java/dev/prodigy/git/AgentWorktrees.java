package dev.prodigy.git;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.JobId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/// The worktrees of a job's agents.
public final class AgentWorktrees implements AutoCloseable {
  public record AgentWorktree(int slot, Path path, String name, String branch, String base) {}

  public record Changes(List<String> commits, List<String> files) {}

  public AgentWorktrees(Repository repository, Path directory, JobId job, boolean reuse) {
    throw Skeleton.missing();
  }

  public AgentWorktree prepare(int slot, AgentId agent, String baseCommit) {
    throw Skeleton.missing();
  }

  public Changes changes(AgentWorktree worktree) {
    throw Skeleton.missing();
  }

  public List<String> uncommitted(AgentWorktree worktree) {
    throw Skeleton.missing();
  }

  public AgentWorktree retire(AgentWorktree worktree) {
    throw Skeleton.missing();
  }

  public void release(AgentWorktree worktree, boolean deleteBranch) {
    throw Skeleton.missing();
  }

  public void keepBranches(Predicate<String> keep) {
    throw Skeleton.missing();
  }

  public void recover() {
    throw Skeleton.missing();
  }

  public Optional<String> agentBranchTip(AgentId agent) {
    throw Skeleton.missing();
  }

  public Optional<String> abandon(AgentId agent, String suffix) {
    throw Skeleton.missing();
  }

  public void discardBranch(String branch) {
    throw Skeleton.missing();
  }

  public static void deleteBranches(Repository repository, List<String> branches) {
    throw Skeleton.missing();
  }

  @Override
  public void close() {
    throw Skeleton.missing();
  }
}
