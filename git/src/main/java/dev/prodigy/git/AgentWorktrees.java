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
    throw new UnsupportedOperationException();
  }

  public AgentWorktree prepare(int slot, AgentId agent, String baseCommit) {
    throw new UnsupportedOperationException();
  }

  public Changes changes(AgentWorktree worktree) {
    throw new UnsupportedOperationException();
  }

  public List<String> uncommitted(AgentWorktree worktree) {
    throw new UnsupportedOperationException();
  }

  public AgentWorktree retire(AgentWorktree worktree) {
    throw new UnsupportedOperationException();
  }

  public void release(AgentWorktree worktree, boolean deleteBranch) {
    throw new UnsupportedOperationException();
  }

  public void keepBranches(Predicate<String> keep) {
    throw new UnsupportedOperationException();
  }

  public void recover() {
    throw new UnsupportedOperationException();
  }

  public Optional<String> agentBranchTip(AgentId agent) {
    throw new UnsupportedOperationException();
  }

  public Optional<String> abandon(AgentId agent, String suffix) {
    throw new UnsupportedOperationException();
  }

  public void discardBranch(String branch) {
    throw new UnsupportedOperationException();
  }

  public static void deleteBranches(Repository repository, List<String> branches) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void close() {
    throw new UnsupportedOperationException();
  }
}
