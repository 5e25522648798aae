package dev.prodigy.git;

import static dev.prodigy.git.TestRepository.commit;
import static dev.prodigy.git.TestRepository.git;
import static dev.prodigy.git.TestRepository.tryGit;
import static dev.prodigy.git.TestRepository.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prodigy.git.AgentWorktrees.AgentWorktree;
import dev.prodigy.git.AgentWorktrees.Changes;
import dev.prodigy.model.AgentId;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AgentWorktreesTest {
  static final JobId JOB = new JobId("mapreduce-20260101_000000_abc123");

  @TempDir Path temp;
  TestRepository demo;
  String base;

  @BeforeEach
  void makeRepository() {
    demo = TestRepository.in(temp);
    write(demo.root.resolve(".gitignore"), "*.log\n");
    base = commit(demo.root, "src/deep/c", "c\n");
  }

  AgentWorktrees agents() {
    return new AgentWorktrees(demo.repository, demo.worktrees, JOB, true);
  }

  static AgentId agent(int i) {
    return JOB.agent(ItemId.of(i));
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anAttemptFindsItsBaseOnItsAgentsBranch(boolean reuse) {
    try (var agents = new AgentWorktrees(demo.repository, demo.worktrees, JOB, reuse)) {
      AgentWorktree worktree = agents.prepare(0, agent(7), base);

      assertThat(worktree.branch()).isEqualTo("prodigy-mapreduce-agent-" + agent(7));
      assertThat(worktree.path())
          .isEqualTo(
              demo.worktrees.resolve(
                  reuse ? "mapreduce-agent-" + JOB + "-slot-0" : "mapreduce-agent-" + agent(7)));
      assertThat(git(worktree.path(), "status", "--porcelain=v2", "--branch"))
          .contains("branch.oid " + base, "branch.head " + worktree.branch())
          .doesNotContain("?", "upstream");
      assertThat(agents.changes(worktree)).isEqualTo(Changes.NONE);
      agents.release(worktree, true);
    }
    assertNothingLeft();
  }

  void assertNothingLeft() {
    assertThat(demo.git("worktree", "list").lines()).hasSize(1);
    assertThat(demo.branches()).containsExactly("main");
    assertThat(demo.worktrees.toFile().list()).containsExactly(".metadata");
  }

  /// What one can see of a worktree: its files and git's own about it.
  static SortedMap<String, String> everythingIn(Path worktree) throws IOException {
    var all = new TreeMap<String, String>();
    Path gitDir = GitDir.of(worktree).orElseThrow().path();
    for (Path root : List.of(worktree, gitDir)) {
      try (var files = Files.walk(root)) {
        files
            .filter(file -> !file.endsWith("index") && !file.endsWith("logs/HEAD"))
            .forEach(
                file ->
                    all.put(
                        file.toString(),
                        Files.isDirectory(file) ? "directory" : TestRepository.read(file)));
      }
    }
    all.put("status", git(worktree, "status", "--porcelain=v2", "--ignored"));
    all.put("flags", git(worktree, "ls-files", "-v"));
    all.put("reflog", git(worktree, "reflog", "--format=%h"));
    all.put("config", git(worktree, "config", "--list"));
    return all;
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "echo x > a; rm b; echo n > new; git add new; mkdir -p d/e; echo l > d/e/x.log",
        "git rm -q -r src; git commit -q -m gone; echo i > i.log",
        "mkdir nested; cd nested; git init -q; echo x > x; git add x; git commit -q -m n",
        "git checkout -q --detach; git commit -q --allow-empty -m d; git branch -D $BRANCH",
        "git checkout -q --orphan o; git commit -q -m o; git checkout -q --detach; git branch -D o",
        "echo 1 > a; git commit -qam 1; git checkout -q HEAD~1; echo 2 > a; git commit -qam 2;"
            + " git merge -q $BRANCH || true",
        "echo 1 > a; git commit -qam 1; git checkout -q HEAD~1; echo 2 > a; git commit -qam 2;"
            + " git rebase -q $BRANCH || true",
        "git update-index --skip-worktree a; echo x > a",
        "git update-index --assume-unchanged a; echo x > a",
        "git sparse-checkout set --no-cone /a",
        "git config extensions.worktreeConfig true; git config --worktree user.name X;"
            + " git config --unset extensions.worktreeConfig",
        "rm .git; git init -q; git add .; git commit -q -m other",
        "rm -rf .git",
        "touch $(git rev-parse --git-path index.lock)",
        "git update-ref refs/worktree/mine HEAD",
        "git bisect start",
        "chmod -R a-w src; echo x > \"$(printf 'n\\nl\\tü')\"",
        "mkdir -p s && git -c protocol.file.allow=always submodule add -q $ROOT s/m",
        "ln -s /etc link; ln -s nowhere dangling; rm -rf src; ln -s /tmp src",
        "sleep 60 >/dev/null 2>&1 &",
      })
  void afterAnyAgentTheNextOneFindsAWorktreeLikeNew(String mess) throws Exception {
    var agents = agents();
    AgentWorktree first = agents.prepare(0, agent(0), base);
    var shell = new ProcessBuilder("bash", "-c", mess + "\ntrue");
    shell.environment().put("BRANCH", first.branch());
    shell.environment().put("ROOT", demo.root.toString());
    Process agent =
        shell
            .directory(first.path().toFile())
            .redirectErrorStream(true)
            .redirectOutput(temp.resolve("out").toFile())
            .start();
    assertThat(agent.waitFor()).isZero();
    agents.release(first, true);

    AgentWorktree again = agents.prepare(0, agent(1), base);
    var seen = everythingIn(again.path());
    agents.release(again, true);
    agents.close();

    try (var fresh = agents()) {
      AgentWorktree anew = fresh.prepare(0, agent(1), base);
      assertThat(seen).isEqualTo(everythingIn(anew.path()));
      fresh.release(anew, true);
    }
  }

  @Test
  void changesAreTheCommitsSinceTheBaseOldestFirstWithTheirFiles() {
    try (var agents = agents()) {
      AgentWorktree worktree = agents.prepare(0, agent(0), base);
      Path path = worktree.path();
      String odd = "od\"d\nnäme";
      String one = commit(path, odd, "1");
      String two = commit(path, "\nfirst", "2");
      git(path, "commit", "-q", "--allow-empty", "-m", "empty|\nwith lines");
      String three = git(path, "rev-parse", "HEAD");
      git(path, "mv", "a", "renamed");
      git(path, "commit", "-q", "-m", "rename");
      String four = git(path, "rev-parse", "HEAD");

      Changes changes = agents.changes(worktree);

      assertThat(changes.commits()).containsExactly(one, two, three, four);
      assertThat(changes.files()).containsExactlyInAnyOrder(odd, "\nfirst", "a", "renamed");
      agents.release(worktree, true);
    }
  }

  @Test
  void changesIncludeMergesAndForeignRoots() {
    try (var agents = agents()) {
      AgentWorktree worktree = agents.prepare(0, agent(0), base);
      Path path = worktree.path();
      git(path, "checkout", "-q", "--orphan", "root");
      git(path, "rm", "-q", "-rf", ".");
      String root = commit(path, "foreign", "f");
      git(path, "checkout", "-q", worktree.branch());
      git(path, "merge", "-q", "--no-commit", "--allow-unrelated-histories", "root");
      String merge = commit(path, "evil", "e");

      Changes changes = agents.changes(worktree);

      assertThat(changes.commits()).containsExactly(root, merge);
      assertThat(changes.files()).containsExactly("evil", "foreign");
      agents.release(worktree, true);
    }
  }

  @Test
  void commitsBesideTheBranchBelongToTheAgentToo() {
    try (var agents = agents()) {
      AgentWorktree worktree = agents.prepare(0, agent(0), base);
      git(worktree.path(), "checkout", "-q", "--detach");
      String detached = commit(worktree.path(), "a", "detached");

      assertThat(agents.changes(worktree).commits()).containsExactly(detached);
      assertThat(agents.agentBranchTip(agent(0))).contains(detached);
      agents.release(worktree, true);
    }
  }

  @Test
  void aRetryInAnotherSlotGetsTheBranchAnew() {
    try (var agents = agents()) {
      AgentWorktree first = agents.prepare(0, agent(0), base);
      commit(first.path(), "a", "1");
      agents.release(first, false);

      AgentWorktree second = agents.prepare(1, agent(0), base);

      assertThat(git(second.path(), "rev-parse", "HEAD")).isEqualTo(base);
      assertThat(git(second.path(), "branch", "--show-current")).isEqualTo(second.branch());
      agents.release(second, true);
    }
    assertNothingLeft();
  }

  @Test
  void aBranchThatWaitsForDeletionCanBeUsedAgain() {
    var agents = agents();
    AgentWorktree worktree = agents.prepare(0, agent(0), base);
    agents.release(worktree, true);
    worktree = agents.prepare(0, agent(0), base);
    String tip = commit(worktree.path(), "a", "1");
    agents.release(worktree, false);
    agents.close();
    assertThat(agents.agentBranchTip(agent(0))).contains(tip);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aRetiredWorktreeStaysAsTheAgentLeftIt(boolean reuse) {
    AgentWorktree retired;
    try (var agents = new AgentWorktrees(demo.repository, demo.worktrees, JOB, reuse)) {
      AgentWorktree failed = agents.prepare(0, agent(3), base);
      String tip = commit(failed.path(), "a", "1");
      write(failed.path().resolve("untracked"), "u");

      retired = agents.retire(failed);
      AgentWorktree next = agents.prepare(0, agent(4), base);
      agents.release(next, true);

      assertThat(retired.name()).isEqualTo("mapreduce-agent-" + agent(3));
      assertThat(git(retired.path(), "rev-parse", "HEAD")).isEqualTo(tip);
    }
    try (var nextRun = new AgentWorktrees(demo.repository, demo.worktrees, JOB, reuse)) {
      nextRun.recover();
    }
    assertThat(retired.path().resolve("untracked")).hasContent("u");
    assertThat(git(retired.path(), "branch", "--show-current")).isEqualTo(retired.branch());
    assertThat(demo.git("worktree", "list").lines()).hasSize(2);
  }

  @Test
  void aFailingCheckoutHookIsAWarning() {
    TestRepository.hook(demo.root, "post-checkout", "echo no; exit 1");
    var warnings = new ArrayList<String>();
    try (var agents =
        new AgentWorktrees(demo.repository, demo.worktrees, JOB, true, warnings::add)) {
      AgentWorktree worktree = agents.prepare(0, agent(0), base);
      assertThat(git(worktree.path(), "status", "--porcelain")).isEmpty();
      agents.release(worktree, true);
    }
    assertThat(warnings).singleElement().asString().contains("A hook failed");
  }

  @Test
  void aWorktreeThatTheUserLockedIsNotTouched() {
    var agents = agents();
    AgentWorktree worktree = agents.prepare(0, agent(0), base);
    demo.git("worktree", "lock", "--reason", "mine", worktree.path().toString());
    agents.release(worktree, true);

    assertThatThrownBy(agents::close).hasMessageContaining("locked: mine");
    assertThat(worktree.path()).isDirectory();
  }

  @Test
  void workOfAnInterruptedAttemptIsKeptUnlessItIsMerged() {
    var agents = agents();
    AgentWorktree worktree = agents.prepare(0, agent(0), base);
    AgentWorktree idle = agents.prepare(1, agent(1), base);
    String tip = commit(worktree.path(), "a", "1");

    assertThat(agents.abandon(agent(0), "item_0-1"))
        .contains("refs/prodigy/abandoned/" + JOB + "/item_0-1");
    assertThat(agents.abandon(agent(1), "item_1-1")).isEmpty();
    assertThat(agents.abandon(agent(2), "item_2-1")).isEmpty();
    assertThat(idle.path()).exists();
    agents().recover();

    assertThat(demo.git("rev-parse", "refs/prodigy/abandoned/" + JOB + "/item_0-1")).isEqualTo(tip);
    assertNothingLeft();
  }

  @Test
  void aKilledRunLeavesNothingBehindAfterRecovery() throws Exception {
    var killed = agents();
    AgentWorktree busy = killed.prepare(0, agent(0), base);
    commit(busy.path(), "a", "unmerged");
    AgentWorktree detached = killed.prepare(1, agent(1), base);
    git(detached.path(), "checkout", "-q", "--detach");
    String loose = commit(detached.path(), "a", "loose");
    AgentWorktree gone = killed.prepare(2, agent(2), base);
    killed.prepare(3, agent(3), base);
    killed.prepare(4, agent(4), base);
    String slot = "mapreduce-agent-" + JOB + "-slot-";
    // killed while adding: registered, locked, without files
    Path half = demo.root.resolve(".git/worktrees/" + slot + "3");
    write(half.resolve("locked"), "initializing");
    Files.delete(half.resolve("gitdir"));
    // killed earlier still, and killed while removing
    write(demo.root.resolve(".git/worktrees/" + slot + "5/locked"), "initializing");
    Files.createDirectories(demo.worktrees.resolve(slot + "5"));
    registry().deleteTree(gone.path());
    // killed while moving a branch, and while checking out
    write(demo.root.resolve(".git/refs/heads/" + busy.branch() + ".lock"), "");
    write(demo.root.resolve(".git/worktrees/" + slot + "4/index.lock"), "half");
    // somebody else's things
    Path foreign = temp.toRealPath().resolve("foreign");
    demo.git("worktree", "add", "-q", foreign.toString());
    demo.git("branch", "prodigy-mapreduce-agent-other_agent_0");

    var resumed = agents();
    resumed.keepBranches(branch -> branch.equals(busy.branch()));
    resumed.recover();

    assertThat(demo.branches())
        .containsExactlyInAnyOrder(
            "main", "foreign", busy.branch(), "prodigy-mapreduce-agent-other_agent_0");
    assertThat(demo.git("worktree", "list").lines()).hasSize(2);
    assertThat(demo.worktrees.toFile().list()).containsExactly(".metadata");
    assertThat(demo.refs("refs/prodigy/abandoned").stream().map(demo.repository::refTip))
        .contains(Optional.of(loose));
    for (int i = 0; i < 6; i++) {
      resumed.release(resumed.prepare(i, agent(i), base), true);
    }
    resumed.close();
    assertThat(demo.branches())
        .containsExactlyInAnyOrder("main", "foreign", "prodigy-mapreduce-agent-other_agent_0");
  }

  WorktreeRegistry registry() {
    return new WorktreeRegistry(demo.repository, demo.worktrees);
  }

  @Test
  void packedBranchesAreSeenAndDeleted() {
    try (var agents = agents()) {
      AgentWorktree worktree = agents.prepare(0, agent(0), base);
      String tip = commit(worktree.path(), "a", "1");
      demo.git("pack-refs", "--all", "--prune");
      assertThat(agents.changes(worktree).commits()).containsExactly(tip);
      agents.release(worktree, true);
    }
    assertNothingLeft();
    assertThat(tryGit(demo.root, "fsck", "--no-dangling").exitCode()).isZero();
  }
}
