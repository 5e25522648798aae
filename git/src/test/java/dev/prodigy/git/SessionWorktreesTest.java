package dev.prodigy.git;

import static dev.prodigy.git.TestRepository.commit;
import static dev.prodigy.git.TestRepository.git;
import static dev.prodigy.git.TestRepository.read;
import static dev.prodigy.git.TestRepository.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prodigy.git.SessionWorktrees.Removed;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SessionWorktreesTest {
  @TempDir Path temp;
  TestRepository demo;
  final List<String> notices = new ArrayList<>();

  @BeforeEach
  void makeRepository() {
    demo = TestRepository.in(temp);
  }

  void deleteTree(Path tree) {
    new WorktreeRegistry(demo.repository, Objects.requireNonNull(tree.getParent()))
        .deleteTree(tree);
  }

  Worktree restore(String id) {
    return demo.sessions().restore(id, null, notices::add);
  }

  @Test
  void aNewWorktreeShowsItsBaseOnItsBranch() {
    Worktree worktree = demo.session("session-1");

    assertThat(worktree.path()).isEqualTo(demo.worktrees.resolve("session-1"));
    assertThat(git(worktree.path(), "status", "--porcelain", "--branch"))
        .isEqualTo("## prodigy-session-1");
    assertThat(demo.sessions().head(worktree)).isEqualTo(demo.repository.requireHead());
    assertThat(demo.sessions().commitsAhead(worktree, "main")).isZero();
    commit(worktree.path(), "a", "1");
    assertThat(demo.sessions().commitsAhead(worktree, "main")).isEqualTo(1);
    assertThat(demo.git("status", "--porcelain")).isEmpty();
    assertThatThrownBy(() -> demo.session("session-1"))
        .hasMessage("Branch exists already: prodigy-session-1");
  }

  @Test
  void aStaleRegistrationOfThePathIsNoObstacle() {
    Worktree worktree = demo.session("session-1");
    deleteTree(worktree.path());
    demo.git("update-ref", "-d", "refs/heads/prodigy-session-1");

    assertThat(demo.session("session-1").path().resolve("a")).exists();
  }

  @Test
  void aWorktreeThatCannotBeMadeLeavesNothing() {
    write(demo.worktrees.resolve("session-1/x"), "in the way");

    assertThatThrownBy(() -> demo.session("session-1"))
        .hasMessageContaining("Failed to create worktree")
        .hasMessageContaining("already exists");

    assertThat(demo.branches()).containsExactly("main");
    assertThat(demo.worktrees.resolve("session-1/x")).exists();
  }

  @Test
  void aFailingCheckoutHookIsAWarning() {
    TestRepository.hook(demo.root, "post-checkout", "exit 1");

    demo.sessions().create("session-1", demo.repository.requireHead(), notices::add);

    assertThat(notices).singleElement().asString().startsWith("A hook failed");
  }

  @Test
  void aDeletedWorktreeComesBackWithItsCommitsAndUncommittedFiles() {
    Worktree worktree = demo.session("session-1");
    String head = commit(worktree.path(), "a", "committed\n");
    write(worktree.path().resolve("b"), "modified\n");
    write(worktree.path().resolve("dir/untracked"), "u\n");
    Path gitignore = worktree.path().resolve(".gitignore");
    write(gitignore, "ignored\n");
    write(worktree.path().resolve("ignored"), "i\n");
    demo.sessions().pin(worktree);
    deleteTree(worktree.path());
    demo.git("worktree", "prune");
    demo.git("update-ref", "-d", "refs/heads/prodigy-session-1");
    demo.git("reflog", "expire", "--all", "--expire=now");
    demo.git("gc", "-q", "--prune=now");

    Worktree back = demo.sessions().restore("session-1", head, notices::add);

    assertThat(back).isEqualTo(worktree);
    assertThat(demo.sessions().head(back)).isEqualTo(head);
    assertThat(read(back.path().resolve("a"))).isEqualTo("committed\n");
    assertThat(git(back.path(), "status", "--porcelain", "-uall").lines())
        .containsExactlyInAnyOrder(" M b", "?? dir/untracked", "?? .gitignore");
    assertThat(back.path().resolve("ignored")).doesNotExist();
    assertThat(notices).hasSize(2);
  }

  @Test
  void uncommittedFilesComeBackAroundLaterCommits() {
    Worktree worktree = demo.session("session-1");
    write(worktree.path().resolve("b"), "modified\n");
    demo.sessions().pin(worktree);
    write(worktree.path().resolve("a"), "later\n");
    git(worktree.path(), "commit", "-q", "-m", "later", "a");
    deleteTree(worktree.path());

    restore("session-1");

    assertThat(read(worktree.path().resolve("a"))).isEqualTo("later\n");
    assertThat(git(worktree.path(), "status", "--porcelain")).isEqualTo(" M b");
  }

  @Test
  void uncommittedFilesThatDoNotFitAnyMoreAreKeptAside() {
    Worktree worktree = demo.session("session-1");
    write(worktree.path().resolve("b"), "modified\n");
    write(worktree.path().resolve("new"), "n\n");
    demo.sessions().pin(worktree);
    commit(worktree.path(), "b", "committed\n");
    deleteTree(worktree.path());

    restore("session-1");

    assertThat(git(worktree.path(), "status", "--porcelain")).isEmpty();
    assertThat(read(worktree.path().resolve("b"))).isEqualTo("committed\n");
    assertThat(demo.git("show", "refs/prodigy/leftovers/session-1:b")).isEqualTo("modified");
    assertThat(notices).last().asString().contains("refs/prodigy/leftovers/session-1");
  }

  @Test
  void aPresentWorktreeIsUsedAsItIs() {
    Worktree worktree = demo.session("session-1");
    String known = demo.sessions().head(worktree);
    write(worktree.path().resolve("b"), "modified\n");
    assertThat(demo.sessions().restore("session-1", known, notices::add)).isEqualTo(worktree);
    assertThat(notices).isEmpty();

    commit(worktree.path(), "a", "1");
    demo.sessions().restore("session-1", known, notices::add);
    assertThat(notices).singleElement().asString().contains("has moved from");

    String later = demo.sessions().head(worktree);
    git(worktree.path(), "reset", "-q", "--hard", "HEAD~1");
    commit(worktree.path(), "a", "2");
    assertThatThrownBy(() -> demo.sessions().restore("session-1", later, notices::add))
        .hasMessageContaining("does not contain the checkpoint's commit");
    assertThat(restore("session-1")).isEqualTo(worktree);
  }

  @Test
  void aMovedRepositoryFindsItsWorktreeAgain() throws IOException {
    Worktree worktree = demo.session("session-1");
    String head = commit(worktree.path(), "a", "1");
    write(worktree.path().resolve("untracked"), "u");
    Path moved = temp.toRealPath().resolve("moved");
    Files.move(demo.root, moved);

    var sessions = new SessionWorktrees(Repository.discover(moved), demo.worktrees);
    sessions.restore("session-1", head, notices::add);

    assertThat(git(worktree.path(), "status", "--porcelain")).isEqualTo("?? untracked");
  }

  @Test
  void aDirectoryGitDoesNotKnowIsMovedAside() {
    Worktree worktree = demo.session("session-1");
    write(worktree.path().resolve("precious"), "p");
    deleteTree(worktree.path().resolveSibling("session-1"));
    write(worktree.path().resolve("precious"), "p");
    demo.git("worktree", "prune");

    restore("session-1");

    assertThat(worktree.path().resolve("a")).exists();
    assertThat(worktree.path().resolveSibling("session-1.aside").resolve("precious")).exists();
  }

  @Test
  void aKillWhileItWasMadeIsNoObstacle() throws IOException {
    Worktree worktree = demo.session("session-1");
    Path gitDir = GitDir.of(worktree.path()).orElseThrow().path();
    // after `worktree add`, before the checkout
    Files.delete(gitDir.resolve("index"));
    Files.delete(worktree.path().resolve("a"));
    restore("session-1");
    assertThat(git(worktree.path(), "status", "--porcelain")).isEmpty();

    // within `worktree add`
    write(gitDir.resolve("locked"), "initializing");
    restore("session-1");
    assertThat(git(worktree.path(), "status", "--porcelain")).isEmpty();
    assertThat(demo.git("worktree", "list").lines()).hasSize(2);
  }

  @Test
  void aSessionWithNothingLeftCannotBeRestored() {
    assertThatThrownBy(() -> restore("session-9")).hasMessage("Worktree not found: session-9");
  }

  @Test
  void removingKeepsUncommittedFilesInAReference() {
    Worktree worktree = demo.session("session-1");
    commit(worktree.path(), "a", "1");
    demo.git("merge", "-q", "--no-ff", "-m", "m", worktree.branch());
    write(worktree.path().resolve("report.txt"), "report\n");
    write(worktree.path().resolve("b"), "modified\n");
    demo.sessions().pin(worktree);

    Removed removed = demo.sessions().remove("session-1", false, notices::add);

    assertThat(removed.done()).isTrue();
    assertThat(notices)
        .containsExactly(
            "Kept 2 uncommitted files: git show --stat refs/prodigy/leftovers/session-1");
    assertThat(demo.git("show", "refs/prodigy/leftovers/session-1:report.txt")).isEqualTo("report");
    assertThat(worktree.path()).doesNotExist();
    assertThat(demo.branches()).containsExactly("main");
    assertThat(demo.refs("refs/prodigy")).containsExactly("refs/prodigy/leftovers/session-1");
    assertThat(demo.sessions().remove("session-1", false, notices::add).done()).isTrue();
  }

  @Test
  void unmergedCommitsAreRemovedOnlyByForceAndThenKeptInAReference() {
    Worktree worktree = demo.session("session-1");
    String tip = commit(worktree.path(), "a", "1");

    assertThat(demo.sessions().remove("session-1", false, notices::add))
        .isEqualTo(new Removed(false, "1 commits are in no other branch"));
    assertThat(worktree.path()).exists();

    assertThat(demo.sessions().remove("session-1", true, notices::add).done()).isTrue();
    assertThat(demo.branches()).containsExactly("main");
    assertThat(demo.git("rev-parse", "refs/prodigy/abandoned/session-1")).isEqualTo(tip);
  }

  @Test
  void aWorktreeWithASubmoduleIsRemoved() {
    Worktree worktree = demo.session("session-1");
    git(
        worktree.path(),
        "-c",
        "protocol.file.allow=always",
        "submodule",
        "add",
        "-q",
        demo.root.toString(),
        "module");
    git(worktree.path(), "commit", "-q", "-m", "submodule");
    demo.git("merge", "-q", "--no-ff", "-m", "m", worktree.branch());

    assertThat(demo.sessions().remove("session-1", false, notices::add).done()).isTrue();

    assertThat(worktree.path()).doesNotExist();
    assertThat(demo.git("worktree", "list").lines()).hasSize(1);
  }

  @Test
  void aLockedWorktreeAndAnothersBranchStay() {
    Worktree worktree = demo.session("session-1");
    demo.git("worktree", "lock", "--reason", "mine", worktree.path().toString());
    assertThat(demo.sessions().remove("session-1", true, notices::add))
        .isEqualTo(new Removed(false, "locked: mine"));

    demo.git("worktree", "unlock", worktree.path().toString());
    git(worktree.path(), "checkout", "-q", "--detach");
    demo.git("checkout", "-q", worktree.branch());
    assertThat(demo.sessions().remove("session-1", false, notices::add).done()).isTrue();
    assertThat(demo.branches()).contains(worktree.branch());
    assertThat(notices).last().asString().contains("it is checked out in " + demo.root);
  }

  @Test
  void aDeletedWorktreesPinnedFilesOutliveItsRemoval() {
    Worktree worktree = demo.session("session-1");
    write(worktree.path().resolve("report.txt"), "report\n");
    demo.sessions().pin(worktree);
    deleteTree(worktree.path());

    demo.sessions().remove("session-1", false, notices::add);

    assertThat(demo.git("show", "refs/prodigy/leftovers/session-1:report.txt")).isEqualTo("report");
    assertThat(demo.git("worktree", "list").lines()).hasSize(1);
  }

  @Test
  void onlyWorktreesInOurDirectoryAreListedAndListingMakesNothing() throws IOException {
    assertThat(demo.sessions().list()).isEmpty();
    assertThat(demo.worktrees).doesNotExist();
    Worktree one = demo.session("session-1");
    Worktree two = demo.session("session-12");
    git(two.path(), "checkout", "-q", "--detach");
    Worktree gone = demo.session("session-3");
    deleteTree(gone.path());
    demo.git("worktree", "add", "-q", temp.toRealPath().resolve("foreign").toString());
    demo.git("worktree", "lock", one.path().toString());
    String head = demo.repository.requireHead();

    assertThat(demo.sessions().list())
        .containsExactlyInAnyOrder(
            new SessionWorktrees.Listed("session-1", one.path(), one.branch(), head, false, true),
            new SessionWorktrees.Listed("session-12", two.path(), null, head, false, false),
            new SessionWorktrees.Listed(
                "session-3", gone.path(), gone.branch(), head, true, false));
  }

  @Test
  void pinningFollowsTheWorktree() {
    Worktree worktree = demo.session("session-1");
    write(worktree.path().resolve("b"), "modified\n");
    demo.sessions().pin(worktree);
    assertThat(demo.refs("refs/prodigy/sessions"))
        .containsExactly(
            "refs/prodigy/sessions/session-1/head", "refs/prodigy/sessions/session-1/snapshot");
    assertThat(git(worktree.path(), "status", "--porcelain")).isEqualTo(" M b");

    String tip = commit(worktree.path(), "b", "committed\n");
    demo.sessions().pin(worktree);

    assertThat(demo.refs("refs/prodigy/sessions"))
        .containsExactly("refs/prodigy/sessions/session-1/head");
    assertThat(demo.repository.refTip("refs/prodigy/sessions/session-1/head"))
        .isEqualTo(Optional.of(tip));
  }

  @Test
  void whatIsUncommittedIsSeenFromWhereTheFilesStand() {
    Worktree worktree = demo.session("session-1");
    write(worktree.path().resolve("b"), "modified\n");
    write(worktree.path().resolve("new"), "n");
    try (var refs = new RefUpdates(demo.repository)) {
      var files = new SessionFiles(demo.repository, worktree);
      String from = files.tip();
      String tree = demo.git("hash-object", "-t", "tree", "-w", "/dev/null");
      String to = demo.repository.commits().create(tree, List.of(from), "everything deleted");
      assertThat(files.advance(refs, from, to)).isTrue();

      assertThat(files.uncommitted()).containsExactlyInAnyOrder(" M b", "?? new");
      demo.sessions().pin(worktree);
      assertThat(demo.git("diff", "--name-only", from, "refs/prodigy/sessions/session-1/snapshot"))
          .isEqualTo("b\nnew");
    }
  }
}
