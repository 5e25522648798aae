package dev.prodigy.git;

import static dev.prodigy.git.TestRepository.commit;
import static dev.prodigy.git.TestRepository.git;
import static dev.prodigy.git.TestRepository.read;
import static dev.prodigy.git.TestRepository.tryGit;
import static dev.prodigy.git.TestRepository.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prodigy.git.AgentWorktrees.AgentWorktree;
import dev.prodigy.git.AgentWorktrees.Changes;
import dev.prodigy.git.MergeQueue.Outcome.Conflict;
import dev.prodigy.git.MergeQueue.Outcome.Merged;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MergeQueueTest {
  @TempDir Path temp;
  TestRepository demo;
  Worktree session;
  AgentWorktrees agents;

  @BeforeEach
  void makeSession() {
    demo = TestRepository.in(temp);
    commit(demo.root, "dir/c", "c\n");
    session = demo.session("session-1");
    agents = new AgentWorktrees(demo.repository, demo.worktrees, AgentWorktreesTest.JOB, true);
  }

  @AfterEach
  void close() {
    agents.close();
  }

  MergeQueue queue() {
    return new MergeQueue(demo.repository, session, MergeAssist.NONE);
  }

  MergeQueue queue(boolean inObjectStore) {
    return new MergeQueue(demo.repository, session, MergeAssist.NONE, inObjectStore);
  }

  /// An agent's work, as far as the queue must know it.
  record Work(String branch, String tip, String base, Changes changes) {
    MergeQueue.Outcome mergeInto(MergeQueue queue) {
      return queue.merge(branch, tip, base, changes.files());
    }
  }

  Work work(int i, String base, String file, String text) {
    AgentWorktree worktree = agents.prepare(i, AgentWorktreesTest.agent(i), base);
    String tip = commit(worktree.path(), file, text);
    Changes changes = agents.changes(worktree);
    agents.release(worktree, false);
    return new Work(worktree.branch(), tip, base, changes);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void mergesGetACommitEachAndTheFilesFollow(boolean inObjectStore) {
    var queue = queue(inObjectStore);
    String base = queue.tip();
    Work one = work(0, base, "a", "one\n");
    Work two = work(1, base, "new/two", "two\n");

    var first = (Merged) one.mergeInto(queue);
    var second = (Merged) two.mergeInto(queue);

    assertThat(first.assisted()).isFalse();
    assertThat(queue.tip()).isEqualTo(second.mergeCommit());
    assertThat(queue.contains(one.tip())).isTrue();
    assertThat(queue.contains(two.tip())).isTrue();
    assertThat(git(session.path(), "log", "--format=%s", "--first-parent", "-2", queue.tip()))
        .isEqualTo("Merge agent " + two.branch() + "\nMerge agent " + one.branch());
    assertThat(git(session.path(), "rev-parse", queue.tip() + "^1", queue.tip() + "^2"))
        .isEqualTo(first.mergeCommit() + "\n" + two.tip());
    queue.close();
    assertThat(git(session.path(), "status", "--porcelain")).isEmpty();
    assertThat(read(session.path().resolve("new/two"))).isEqualTo("two\n");
    assertThat(read(session.path().resolve("a"))).isEqualTo("one\n");
    assertThat(demo.refs("refs/prodigy")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aConflictChangesNothingAndNamesThePaths(boolean inObjectStore) {
    var queue = queue(inObjectStore);
    String base = queue.tip();
    Work one = work(0, base, "dir/c", "one\n");
    Work two = work(1, base, "dir/c", "two\n");
    var merged = (Merged) one.mergeInto(queue);

    var conflict = (Conflict) two.mergeInto(queue);

    assertThat(conflict.paths()).containsExactly("dir/c");
    assertThat(conflict.message()).contains(two.branch(), "dir/c");
    assertThat(queue.tip()).isEqualTo(merged.mergeCommit());
    queue.close();
    assertThat(git(session.path(), "status", "--porcelain")).isEmpty();
    assertThat(read(session.path().resolve("dir/c"))).isEqualTo("one\n");
  }

  @Test
  void whatIsAlreadyInIsMergedWithoutAnotherCommit() {
    Work one;
    try (var queue = queue()) {
      one = work(0, queue.tip(), "a", "one\n");
      one.mergeInto(queue);
      assertThat(one.mergeInto(queue)).isEqualTo(new Merged(queue.tip(), false));
    }
    Repository again = Repository.discover(demo.root);
    try (var resumed = new MergeQueue(again, session, MergeAssist.NONE)) {
      String tip = resumed.tip();
      assertThat(one.mergeInto(resumed)).isEqualTo(new Merged(tip, false));
      // an agent that only moved on to what others had merged
      AgentWorktree worktree = agents.prepare(0, AgentWorktreesTest.agent(9), one.base());
      git(worktree.path(), "reset", "-q", "--hard", tip);
      Changes changes = agents.changes(worktree);
      assertThat(resumed.merge(worktree.branch(), tip, one.base(), changes.files()))
          .isEqualTo(new Merged(tip, false));
      agents.release(worktree, true);
    }
  }

  @Test
  void anAgentThatRewoundItsBaseDoesNotUndoIt() {
    try (var queue = queue()) {
      String base = queue.tip();
      AgentWorktree worktree = agents.prepare(0, AgentWorktreesTest.agent(0), base);
      git(worktree.path(), "reset", "-q", "--hard", "HEAD~1");
      String tip = commit(worktree.path(), "late", "l");
      Changes changes = agents.changes(worktree);

      queue.merge(worktree.branch(), tip, base, changes.files());
      agents.release(worktree, true);
      queue.catchUp();
    }
    assertThat(session.path().resolve("dir/c")).exists();
    assertThat(session.path().resolve("late")).exists();
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void localChangesOfTheSessionSurvive(boolean inObjectStore) {
    Path files = session.path();
    write(files.resolve("items.json"), "[]");
    write(files.resolve("unrelated/x"), "x");
    write(files.resolve("b"), "local\n");
    write(files.resolve("staged"), "s");
    git(files, "add", "staged");
    var queue = queue(inObjectStore);

    var outcome = work(0, queue.tip(), "a", "one\n").mergeInto(queue);
    queue.close();

    assertThat(outcome).isInstanceOf(Merged.class);
    assertThat(git(files, "status", "--porcelain").lines())
        .containsExactlyInAnyOrder(" M b", "?? items.json", "?? staged", "?? unrelated/");
    assertThat(read(files.resolve("b"))).isEqualTo("local\n");
    assertThat(read(files.resolve("a"))).isEqualTo("one\n");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aMergeThatWouldOverwriteLocalChangesIsAConflict(boolean inObjectStore) {
    Path files = session.path();
    write(files.resolve("b"), "local\n");
    write(files.resolve("made/here"), "local\n");
    var queue = queue(inObjectStore);
    String base = queue.tip();

    var modified = (Conflict) work(0, base, "b", "one\n").mergeInto(queue);
    var untracked = (Conflict) work(1, base, "made/here", "one\n").mergeInto(queue);
    var beside = work(2, base, "made/there", "one\n").mergeInto(queue);
    queue.close();

    assertThat(modified.paths()).containsExactly("b");
    assertThat(untracked.paths()).containsExactly("made/here");
    assertThat(beside).isInstanceOf(Merged.class);
    assertThat(read(files.resolve("b"))).isEqualTo("local\n");
    assertThat(read(files.resolve("made/here"))).isEqualTo("local\n");
    assertThat(read(files.resolve("made/there"))).isEqualTo("one\n");
  }

  static MergeAssist assist(Predicate<Path> resolve) {
    return new MergeAssist() {
      @Override
      public boolean available() {
        return true;
      }

      @Override
      public boolean resolve(Path worktree, String source, @Nullable String target) {
        tryGit(worktree, "merge", "-q", "--no-ff", "-m", "assisted", source);
        return resolve.test(worktree);
      }
    };
  }

  @Test
  void aHelpersResolutionIsTakenWithProof() {
    var assist =
        assist(
            worktree -> {
              commit(worktree, "a", "both\n");
              return true;
            });
    try (var queue = new MergeQueue(demo.repository, session, assist)) {
      String base = queue.tip();
      work(0, base, "a", "one\n").mergeInto(queue);
      Work two = work(1, base, "a", "two\n");

      var merged = (Merged) two.mergeInto(queue);

      assertThat(merged.assisted()).isTrue();
      assertThat(merged.mergeCommit()).isEqualTo(queue.tip());
      assertThat(queue.contains(two.tip())).isTrue();
      assertThat(work(2, queue.tip(), "b", "three\n").mergeInto(queue)).isInstanceOf(Merged.class);
    }
    assertThat(read(session.path().resolve("a"))).isEqualTo("both\n");
    assertThat(git(session.path(), "status", "--porcelain")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "true",
        "git merge --abort",
        "git checkout -q --theirs a; git add a; git merge --abort",
        "git merge --abort; git checkout -q -b elsewhere; git commit -q --allow-empty -m x",
        "git merge --abort; git reset -q --hard HEAD~1; git commit -q --allow-empty -m x",
        "git commit -qam done; git checkout -q --detach",
      })
  void aHelpersWordAloneIsWorthNothing(String doing) {
    write(session.path().resolve("b"), "local\n");
    write(session.path().resolve("untracked"), "u\n");
    var assist =
        assist(
            worktree -> {
              var shell = new ProcessBuilder("bash", "-c", doing).directory(worktree.toFile());
              try {
                return shell.start().waitFor() >= 0;
              } catch (IOException | InterruptedException e) {
                throw new AssertionError(e);
              }
            });
    try (var queue = new MergeQueue(demo.repository, session, assist)) {
      String base = queue.tip();
      var merged = (Merged) work(0, base, "a", "one\n").mergeInto(queue);

      assertThat(work(1, base, "a", "two\n").mergeInto(queue)).isInstanceOf(Conflict.class);

      assertThat(queue.tip()).isEqualTo(merged.mergeCommit());
    }
    assertThat(git(session.path(), "branch", "--show-current")).isEqualTo(session.branch());
    assertThat(git(session.path(), "status", "--porcelain").lines())
        .containsExactlyInAnyOrder(" M b", "?? untracked");
    assertThat(read(session.path().resolve("b"))).isEqualTo("local\n");
    assertThat(GitDir.of(session.path()).orElseThrow().operation()).isEmpty();
  }

  @Test
  void filesThatStayedBehindAKillFollowOnResume() {
    var killed = queue();
    String base = killed.tip();
    write(session.path().resolve("b"), "local\n");
    work(0, base, "a", "one\n").mergeInto(killed);
    work(1, base, "dir/d", "two\n").mergeInto(killed);
    // no close(): the process is gone

    demo.sessions().restore(session.name(), base, _ -> {});

    assertThat(git(session.path(), "status", "--porcelain")).isEqualTo(" M b");
    assertThat(read(session.path().resolve("dir/d"))).isEqualTo("two\n");
    assertThat(demo.refs("refs/prodigy")).isEmpty();
  }

  @Test
  void aKillWhileFilesAreWrittenLeavesNothingHalfDone() {
    var killed = queue();
    String base = killed.tip();
    write(session.path().resolve("b"), "local\n");
    work(0, base, "a", "one\n").mergeInto(killed);
    work(1, base, "dir/d", "two\n").mergeInto(killed);
    AgentWorktree remover = agents.prepare(2, AgentWorktreesTest.agent(2), base);
    git(remover.path(), "rm", "-q", "dir/c");
    git(remover.path(), "commit", "-q", "-m", "rm");
    Changes changes = agents.changes(remover);
    killed.merge(remover.branch(), changes.commits().getLast(), base, changes.files());
    // as `read-tree -u` leaves things when it dies on the way
    demo.git("update-ref", "refs/prodigy/sessions/session-1/catch-up", killed.tip());
    write(session.path().resolve("a"), "on");
    write(session.path().resolve("dir/d"), "two\n");
    write(GitDir.of(session.path()).orElseThrow().file("index.lock"), "half an index");

    var queue = queue();
    Work next = work(3, queue.tip(), "e", "e\n");
    assertThat(next.mergeInto(queue)).isInstanceOf(Merged.class);
    queue.close();

    assertThat(git(session.path(), "status", "--porcelain")).isEqualTo(" M b");
    assertThat(read(session.path().resolve("a"))).isEqualTo("one\n");
    assertThat(session.path().resolve("dir/c")).doesNotExist();
    assertThat(read(session.path().resolve("b"))).isEqualTo("local\n");
  }

  @Test
  void anAbandonedMergeOfAKilledHelperIsAborted() {
    try (var queue = queue()) {
      Work one = work(0, queue.tip(), "a", "one\n");
      Work two = work(1, queue.tip(), "a", "two\n");
      one.mergeInto(queue);
      queue.catchUp();
      assertThat(tryGit(session.path(), "merge", "-q", two.tip()).exitCode()).isNotZero();
    }
    try (var resumed = queue()) {
      assertThat(work(2, resumed.tip(), "b", "b2\n").mergeInto(resumed)).isInstanceOf(Merged.class);
    }
    assertThat(git(session.path(), "status", "--porcelain")).isEmpty();
  }

  @Test
  void changesMadeAfterTheQueueOpenedAreNotOverwrittenByCatchingUp() {
    var queue = queue();
    work(0, queue.tip(), "a", "one\n").mergeInto(queue);
    write(session.path().resolve("a"), "just now\n");

    assertThatThrownBy(queue::catchUp)
        .hasMessage("Local changes in %s would be overwritten: a".formatted(session.path()));

    assertThat(read(session.path().resolve("a"))).isEqualTo("just now\n");
    git(session.path(), "show", "HEAD:a");
    write(session.path().resolve("a"), "a\n");
    queue.close();
    assertThat(git(session.path(), "status", "--porcelain")).isEmpty();
    assertThat(read(session.path().resolve("a"))).isEqualTo("one\n");
  }

  @Test
  void theKeptProcessMayDie() {
    var queue = queue();
    String base = queue.tip();
    work(0, base, "a", "one\n").mergeInto(queue);
    ProcessHandle.current()
        .children()
        .filter(p -> p.info().commandLine().filter(c -> c.contains("update-ref")).isPresent())
        .forEach(ProcessHandle::destroyForcibly);

    assertThat(work(1, base, "b", "two\n").mergeInto(queue)).isInstanceOf(Merged.class);
    queue.close();
    assertThat(git(session.path(), "status", "--porcelain")).isEmpty();
  }

  @Test
  void aBranchThatSomebodyElseMovedIsMergedInto() {
    try (var queue = queue()) {
      String base = queue.tip();
      work(0, base, "a", "one\n").mergeInto(queue);
      queue.catchUp();
      commit(session.path(), "b", "by hand\n");
      work(1, base, "new", "n\n").mergeInto(queue);
    }
    assertThat(git(session.path(), "status", "--porcelain")).isEmpty();
    assertThat(read(session.path().resolve("b"))).isEqualTo("by hand\n");
    assertThat(read(session.path().resolve("new"))).isEqualTo("n\n");
  }

  @Test
  void withoutAnIdentityProdigySigns() {
    demo.git("config", "--unset", "user.name");
    demo.git("config", "user.useConfigOnly", "true");
    demo.git("config", "--unset", "user.email");
    Repository nameless = Repository.discover(demo.root);
    AgentWorktree worktree =
        agents.prepare(0, AgentWorktreesTest.agent(0), demo.repository.requireHead());
    write(worktree.path().resolve("a"), "x");
    git(worktree.path(), "-c", "user.name=x", "-c", "user.email=y", "commit", "-qam", "x");
    Changes changes = agents.changes(worktree);
    try (var queue = new MergeQueue(nameless, session, MergeAssist.NONE)) {
      queue.merge(worktree.branch(), changes.commits().getLast(), worktree.base(), changes.files());
      boolean configured = tryGit(Path.of("/"), "config", "--global", "user.email").exitCode() == 0;
      if (!configured) {
        assertThat(demo.git("log", "-1", "--format=%an <%ae>", queue.tip()))
            .isEqualTo("Prodigy <prodigy@localhost>");
      }
    }
    agents.release(worktree, true);
  }
}
