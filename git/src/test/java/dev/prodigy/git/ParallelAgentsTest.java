package dev.prodigy.git;

import static dev.prodigy.git.TestRepository.git;
import static dev.prodigy.git.TestRepository.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.git.AgentWorktrees.AgentWorktree;
import dev.prodigy.git.AgentWorktrees.Changes;
import dev.prodigy.git.MergeQueue.Outcome.Merged;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ParallelAgentsTest {
  @TempDir Path temp;
  TestRepository demo;
  Worktree session;

  @BeforeEach
  void makeSession() {
    demo = TestRepository.in(temp);
    session = demo.session("session-1");
  }

  @ParameterizedTest
  @CsvSource({"8, 150, true", "32, 160, true", "8, 24, false"})
  void manyAgentsAtOnceLoseNothingAndSeeNoError(int parallel, int count, boolean reuse)
      throws Exception {
    var free = new ArrayBlockingQueue<Integer>(parallel);
    for (int slot = 0; slot < parallel; slot++) {
      free.add(slot);
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor();
        var agents =
            new AgentWorktrees(demo.repository, demo.worktrees, AgentWorktreesTest.JOB, reuse);
        var queue = new MergeQueue(demo.repository, session, MergeAssist.NONE)) {
      var all = new ArrayList<Callable<MergeQueue.Outcome>>();
      for (int i = 0; i < count; i++) {
        int item = i;
        all.add(
            () -> {
              if (item % 5 == 0) { // a failed attempt, then another wherever there is room
                int slot = free.take();
                String base = queue.tip();
                AgentWorktree failed = agents.prepare(slot, AgentWorktreesTest.agent(item), base);
                write(failed.path().resolve("wrong/" + item), "wrong");
                git(failed.path(), "add", "-A");
                agents.release(failed, false);
                free.add(slot);
              }
              int slot = free.take();
              try {
                return runAgent(slot, item, agents, queue);
              } finally {
                free.add(slot);
              }
            });
      }
      for (Future<MergeQueue.Outcome> outcome : threads.invokeAll(all)) {
        assertThat(outcome.get()).isInstanceOf(Merged.class);
      }
    }
    assertEverythingArrived(count);
  }

  static MergeQueue.Outcome runAgent(int slot, int item, AgentWorktrees agents, MergeQueue queue) {
    String base = queue.tip();
    AgentWorktree worktree = agents.prepare(slot, AgentWorktreesTest.agent(item), base);
    write(worktree.path().resolve("items/" + item), "item " + item);
    git(worktree.path(), "add", "-A");
    git(worktree.path(), "commit", "-q", "-m", "item " + item);
    Changes changes = agents.changes(worktree);
    assertThat(changes.commits()).hasSize(1);
    assertThat(changes.files()).containsExactly("items/" + item);
    var outcome =
        queue.merge(worktree.branch(), changes.commits().getLast(), base, changes.files());
    agents.release(worktree, true);
    return outcome;
  }

  void assertEverythingArrived(int count) {
    Path files = session.path();
    assertThat(git(files, "ls-tree", "--name-only", "HEAD", "items/").lines()).hasSize(count);
    assertThat(git(files, "rev-list", "--count", "--merges", "HEAD"))
        .isEqualTo(String.valueOf(count));
    assertThat(git(files, "rev-list", "--count", "--first-parent", "main..HEAD"))
        .isEqualTo(String.valueOf(count));
    assertThat(git(files, "status", "--porcelain")).isEmpty();
    assertThat(demo.branches()).containsExactlyInAnyOrder("main", session.branch());
    assertThat(demo.git("worktree", "list").lines()).hasSize(2);
    assertThat(demo.git("fsck", "--no-dangling", "--no-progress")).isEmpty();
  }

  @Test
  void aMergedAgentCostsAtMostFiveProcesses() {
    List<Long> costs = new ArrayList<>();
    try (var agents =
            new AgentWorktrees(demo.repository, demo.worktrees, AgentWorktreesTest.JOB, true);
        var queue = new MergeQueue(demo.repository, session, MergeAssist.NONE)) {
      for (int item = 0; item < 4; item++) {
        long before = Git.processCount();
        runAgent(0, item, agents, queue);
        costs.add(Git.processCount() - before);
      }
      // two that started from the same commit
      String base = queue.tip();
      long before = Git.processCount();
      var one = agents.prepare(0, AgentWorktreesTest.agent(8), base);
      TestRepository.commit(one.path(), "one", "1");
      Changes ones = agents.changes(one);
      runAgent(1, 9, agents, queue); // makes its slot first: counted apart
      long between = Git.processCount();
      queue.merge(one.branch(), ones.commits().getLast(), base, ones.files());
      agents.release(one, true);
      assertThat(Git.processCount() - between).isEqualTo(2);
      assertThat(between - before).isLessThanOrEqualTo(3 + 5);
    }
    // Without a merge in between: checkout, clean, log, commit-tree.
    assertThat(costs.subList(1, costs.size())).containsOnly(4L);
  }
}
