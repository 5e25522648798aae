package dev.prodigy.git;

import static dev.prodigy.git.TestRepository.commit;
import static dev.prodigy.git.TestRepository.git;
import static dev.prodigy.git.TestRepository.read;
import static dev.prodigy.git.TestRepository.tryGit;
import static dev.prodigy.git.TestRepository.write;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.git.FinalMerge.Outcome.Conflict;
import dev.prodigy.git.FinalMerge.Outcome.Landed;
import dev.prodigy.git.FinalMerge.Outcome.NothingToMerge;
import dev.prodigy.git.FinalMerge.Outcome.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FinalMergeTest {
  @TempDir Path temp;
  TestRepository demo;
  Worktree session;

  @BeforeEach
  void makeSession() {
    demo = TestRepository.in(temp);
    session = demo.session("session-1");
  }

  FinalMerge.Outcome merge(String target) {
    return demo.sessions().finalMerge(MergeAssist.NONE).merge(session, target);
  }

  FinalMerge.Outcome merge(String target, MergeAssist assist) {
    return demo.sessions().finalMerge(assist).merge(session, target);
  }

  FinalMerge ofOldGit() {
    return new FinalMerge(
        demo.repository,
        new WorktreeRegistry(demo.repository, demo.worktrees),
        MergeAssist.NONE,
        false);
  }

  @Test
  void theBranchOfOriginGetsAMergeCommitAndOthersNothing() {
    String main = demo.repository.requireHead();
    demo.git("checkout", "-q", "-b", "feature/x");
    String tip = commit(session.path(), "a", "1\n");

    var landed = (Landed) merge("feature/x");

    assertThat(demo.git("rev-parse", "main")).isEqualTo(main);
    assertThat(demo.git("rev-parse", "HEAD")).isEqualTo(landed.commit());
    assertThat(demo.git("log", "-1", "--format=%P|%s"))
        .isEqualTo(main + " " + tip + "|Merge worktree 'prodigy-session-1' into feature/x");
    assertThat(read(demo.root.resolve("a"))).isEqualTo("1\n");
    assertThat(demo.git("status", "--porcelain")).isEmpty();
    assertThat(merge("feature/x")).isEqualTo(new NothingToMerge());
    assertThat(demo.sessions().remove("session-1", false, _ -> {}).done()).isTrue();
    assertThat(demo.branches()).containsExactlyInAnyOrder("main", "feature/x");
  }

  void makeDirty() {
    write(demo.root.resolve("z"), "z");
    demo.git("add", "z");
    write(demo.root.resolve("b"), "local\n");
    write(demo.root.resolve("u"), "u");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aDirtyWorkingCopyKeepsItsStateWhenItIsNotInTheWay(boolean oldGit) {
    makeDirty();
    commit(session.path(), "a", "1\n");

    var outcome = oldGit ? ofOldGit().merge(session, "main") : merge("main");

    assertThat(outcome).isInstanceOf(Landed.class);
    assertThat(demo.git("status", "--porcelain").lines()).containsExactly(" M b", "A  z", "?? u");
    assertThat(read(demo.root.resolve("b"))).isEqualTo("local\n");
    assertThat(read(demo.root.resolve("a"))).isEqualTo("1\n");
    assertThat(demo.git("worktree", "list").lines()).hasSize(2);
  }

  @Test
  void localChangesInTheWayAreNamedAndNothingMoves() throws IOException {
    makeDirty();
    commit(session.path(), "b", "theirs\n");
    byte[] index = Files.readAllBytes(demo.root.resolve(".git/index"));
    String head = demo.repository.requireHead();

    var refused = (Refused) merge("main");

    assertThat(refused.message())
        .isEqualTo(
            "Local changes in %s would be overwritten: b. Commit or stash them, then: prodigy"
                    .formatted(demo.root)
                + " worktree merge session-1");
    assertThat(Files.readAllBytes(demo.root.resolve(".git/index"))).isEqualTo(index);
    assertThat(demo.repository.requireHead()).isEqualTo(head);
    assertThat(read(demo.root.resolve("b"))).isEqualTo("local\n");
    demo.git("stash", "-q");
    assertThat(merge("main")).isInstanceOf(Landed.class);
  }

  @Test
  void untrackedAndIgnoredFilesInTheWayAreNeverOverwritten() {
    write(demo.root.resolve("u"), "mine");
    commit(session.path(), "u", "theirs\n");
    assertThat(((Refused) merge("main")).message()).contains("would be overwritten: u.");

    write(demo.root.resolve(".git/info/exclude"), "u\n");
    assertThat(((Refused) merge("main")).message()).contains("would be overwritten: u.");
    assertThat(read(demo.root.resolve("u"))).isEqualTo("mine");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aConflictLeavesEverythingAndExplains(boolean oldGit) {
    commit(session.path(), "a", "theirs\n");
    String main = commit(demo.root, "a", "ours\n");

    var conflict = (Conflict) (oldGit ? ofOldGit().merge(session, "main") : merge("main"));

    assertThat(conflict.paths()).containsExactly("a");
    assertThat(conflict.instructions())
        .contains(
            "  a\n", "cd " + session.path(), "git merge main", "prodigy worktree merge session-1");
    assertThat(demo.git("rev-parse", "main")).isEqualTo(main);
    assertThat(GitDir.of(demo.root).orElseThrow().operation()).isEmpty();
    assertThat(git(session.path(), "status", "--porcelain")).isEmpty();
    assertThat(demo.git("worktree", "list").lines()).hasSize(2);

    tryGit(session.path(), "merge", "-q", "main");
    commit(session.path(), "a", "both\n");
    assertThat(merge("main")).isInstanceOf(Landed.class);
  }

  @Test
  void aHelperResolvesTheConflictInTheSession() {
    commit(session.path(), "a", "theirs\n");
    commit(demo.root, "a", "ours\n");
    var assist =
        MergeQueueTest.assist(
            worktree -> {
              commit(worktree, "a", "both\n");
              return true;
            });

    assertThat(merge("main", assist)).isInstanceOf(Landed.class);

    assertThat(read(demo.root.resolve("a"))).isEqualTo("both\n");
    assertThat(demo.git("status", "--porcelain")).isEmpty();
  }

  @Test
  void aHelperThatDoesNothingIsNotBelieved() {
    String tip = commit(session.path(), "a", "theirs\n");
    String main = commit(demo.root, "a", "ours\n");

    assertThat(merge("main", MergeQueueTest.assist(_ -> true))).isInstanceOf(Conflict.class);

    assertThat(demo.git("rev-parse", "main")).isEqualTo(main);
    assertThat(demo.sessions().head(session)).isEqualTo(tip);
    assertThat(git(session.path(), "status", "--porcelain")).isEmpty();
  }

  @Test
  void aTargetCheckedOutNowhereIsMovedWithoutTouchingFiles() {
    commit(session.path(), "a", "1\n");
    demo.git("checkout", "-q", "-b", "other");
    write(demo.root.resolve("a"), "local\n");

    var landed = (Landed) merge("main");

    assertThat(demo.git("rev-parse", "main")).isEqualTo(landed.commit());
    assertThat(read(demo.root.resolve("a"))).isEqualTo("local\n");
    assertThat(demo.git("status", "--porcelain")).isEqualTo(" M a");
  }

  @Test
  void aTargetCheckedOutInAnotherWorktreeLandsThere() throws IOException {
    Path elsewhere = temp.toRealPath().resolve("elsewhere");
    demo.git("checkout", "-q", "-b", "other");
    demo.git("worktree", "add", "-q", elsewhere.toString(), "main");
    commit(session.path(), "a", "1\n");

    assertThat(merge("main")).isInstanceOf(Landed.class);

    assertThat(read(elsewhere.resolve("a"))).isEqualTo("1\n");
    assertThat(git(elsewhere, "status", "--porcelain")).isEmpty();
    assertThat(read(demo.root.resolve("a"))).isEqualTo("a\n");
  }

  @Test
  void aTargetBeingRebasedIsRefusedAndLandsAfterwards() {
    demo.git("checkout", "-q", "-b", "feature/x");
    commit(demo.root, "a", "x\n");
    commit(session.path(), "b", "theirs\n");
    demo.git("checkout", "-q", "main");
    commit(demo.root, "a", "main\n");
    demo.git("checkout", "-q", "feature/x");
    assertThat(tryGit(demo.root, "rebase", "-q", "main").exitCode()).isNotZero();
    String before = demo.git("rev-parse", "feature/x");

    var refused = (Refused) merge("feature/x");

    assertThat(refused.message()).startsWith("A rebase of feature/x is under way in " + demo.root);
    assertThat(demo.git("rev-parse", "feature/x")).isEqualTo(before);
    demo.git("rebase", "--abort");
    assertThat(merge("feature/x")).isInstanceOf(Landed.class);
  }

  @Test
  void aMergeUnderWayInTheWorkingCopyIsRefused() {
    demo.git("checkout", "-q", "-b", "side");
    commit(demo.root, "a", "side\n");
    demo.git("checkout", "-q", "main");
    commit(demo.root, "a", "main\n");
    assertThat(tryGit(demo.root, "merge", "-q", "side").exitCode()).isNotZero();
    commit(session.path(), "b", "theirs\n");

    assertThat(((Refused) merge("main")).message()).startsWith("A merge of main is under way");
  }

  @Test
  void aRunFromADetachedHeadEndsOnTheDefaultBranch() {
    demo.git("branch", "-m", "master");
    demo.git("checkout", "-q", "--detach");
    commit(session.path(), "a", "1\n");
    Repository detached = Repository.discover(demo.root);
    assertThat(detached.currentBranch()).isEmpty();

    assertThat(merge(detached.mergeTarget("", _ -> {}))).isInstanceOf(Landed.class);

    assertThat(demo.git("log", "-1", "--format=%s", "master"))
        .isEqualTo("Merge worktree 'prodigy-session-1' into master");
    assertThat(read(demo.root.resolve("a"))).isEqualTo("a\n");
  }

  @Test
  void aMissingTargetIsRefused() {
    commit(session.path(), "a", "1\n");
    assertThat(((Refused) merge("nowhere")).hint())
        .isEqualTo("prodigy worktree merge session-1 --target <branch>");
  }

  @Test
  void aBareRepositoryIsMergedIntoByReference() throws IOException {
    Path bare = temp.toRealPath().resolve("demo.git");
    git(demo.root, "clone", "-q", "--bare", demo.root.toString(), bare.toString());
    Repository repository = Repository.discover(bare);
    var sessions = new SessionWorktrees(repository, temp.resolve("bare-worktrees"));
    Worktree worktree = sessions.create("session-2", repository.requireHead());
    git(
        worktree.path(),
        "-c",
        "user.name=x",
        "-c",
        "user.email=y",
        "commit",
        "-q",
        "-m",
        "x",
        "--allow-empty");

    var outcome = sessions.finalMerge(MergeAssist.NONE).merge(worktree, "main");

    assertThat(git(bare, "rev-parse", "main")).isEqualTo(((Landed) outcome).commit());
    assertThat(sessions.remove("session-2", false, _ -> {}).done()).isTrue();
  }
}
