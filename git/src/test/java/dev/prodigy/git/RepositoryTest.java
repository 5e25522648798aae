package dev.prodigy.git;

import static dev.prodigy.git.TestRepository.commit;
import static dev.prodigy.git.TestRepository.git;
import static dev.prodigy.git.TestRepository.write;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prodigy.model.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryTest {
  @TempDir Path temp;
  TestRepository demo;

  @BeforeEach
  void makeRepository() {
    demo = TestRepository.in(temp);
  }

  @Test
  void isFoundFromASubdirectory() throws IOException {
    Path deep = Files.createDirectories(demo.root.resolve("src/deep"));

    Repository found = Repository.discover(deep);

    assertThat(found.mainRoot()).isEqualTo(demo.root);
    assertThat(found.checkout()).isEqualTo(demo.root);
    assertThat(found.commonDir()).isEqualTo(demo.root.resolve(".git"));
    assertThat(found.currentBranch()).contains("main");
  }

  @Test
  void isFoundFromALinkedWorktreeWithThatWorktreesBranch() throws IOException {
    Path linked = temp.toRealPath().resolve("linked tree");
    demo.git("worktree", "add", "-q", "-b", "feature/x", linked.toString());

    Repository found = Repository.discover(linked);

    assertThat(found.mainRoot()).isEqualTo(demo.root);
    assertThat(found.checkout()).isEqualTo(linked);
    assertThat(found.currentBranch()).contains("feature/x");
    assertThat(found.requireHead()).isEqualTo(demo.git("rev-parse", "HEAD"));
  }

  @Test
  void mayBeBare() throws IOException {
    Path bare = temp.toRealPath().resolve("demo.git");
    git(demo.root, "clone", "-q", "--bare", demo.root.toString(), bare.toString());
    Path linked = temp.toRealPath().resolve("linked");
    git(bare, "worktree", "add", "-q", linked.toString(), "main");

    Repository found = Repository.discover(bare);

    assertThat(found.bare()).isTrue();
    assertThat(found.mainRoot()).isEqualTo(bare);
    assertThat(found.uncommitted()).isEmpty();
    assertThat(found.requireHead()).isEqualTo(demo.repository.requireHead());
    assertThat(Repository.discover(linked).bare()).isTrue();
    assertThat(Repository.discover(linked).mainRoot()).isEqualTo(bare);
  }

  @Test
  void tellsWhenThereIsNone() {
    assertThatThrownBy(() -> Repository.discover(temp))
        .isInstanceOfSatisfying(
            GitException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.GIT_NOT_A_REPOSITORY))
        .hasMessage("Not a git repository: " + temp);
    assertThatThrownBy(() -> Repository.discover(temp.resolve("absent")))
        .hasMessageStartingWith("Not a git repository: ");
  }

  @Test
  void tellsWhenThereIsNoCommit() {
    Path empty = TestRepository.init(temp.resolve("empty"));
    assertThatThrownBy(() -> Repository.discover(empty).requireHead())
        .hasMessage(
            "Repository has no commits: create one first (git commit --allow-empty -m init)");
  }

  @Test
  void readsPackedAndLooseBranches() {
    demo.git("branch", "old");
    demo.git("branch", "deep/er");
    String first = demo.repository.requireHead();
    demo.git("pack-refs", "--all");
    String second = commit(demo.root, "a", "2");
    long before = Git.processCount();

    assertThat(demo.repository.branchTip("old")).contains(first);
    assertThat(demo.repository.branchTip("deep/er")).contains(first);
    assertThat(demo.repository.branchTip("deep")).isEmpty();
    assertThat(demo.repository.branchTip("old/x")).isEmpty();
    assertThat(demo.repository.branchTip("main")).contains(second);
    assertThat(Git.processCount()).isEqualTo(before);
  }

  @Test
  void namesWhatIsUncommitted() {
    write(demo.root.resolve("a"), "changed");
    write(demo.root.resolve("new \"file\"\nü"), "x");

    assertThat(demo.repository.uncommitted())
        .containsExactlyInAnyOrder(" M a", "?? new \"file\"\nü");
  }

  @Test
  void mergesIntoTheOriginalBranchWhileItExists() {
    demo.git("branch", "feature/x");
    var warnings = new ArrayList<String>();

    assertThat(demo.repository.mergeTarget("feature/x", warnings::add)).isEqualTo("feature/x");
    assertThat(warnings).isEmpty();
  }

  @Test
  void mergesIntoTheDefaultBranchOtherwiseAndSaysSo() {
    demo.git("branch", "-m", "master");
    demo.git("branch", "prodigy-session-1");
    var warnings = new ArrayList<String>();

    assertThat(demo.repository.mergeTarget("gone", warnings::add)).isEqualTo("master");
    assertThat(demo.repository.mergeTarget("", warnings::add)).isEqualTo("master");
    assertThat(warnings).hasSize(2);
  }

  @Test
  void takesTheRemotesDefaultBranchFirstAndTheOnlyBranchLast() {
    demo.git("branch", "trunk");
    demo.git("symbolic-ref", "refs/remotes/origin/HEAD", "refs/remotes/origin/trunk");
    assertThat(demo.repository.mergeTarget("gone", _ -> {})).isEqualTo("trunk");

    demo.git("branch", "-D", "trunk");
    demo.git("branch", "-m", "work");
    assertThat(demo.repository.mergeTarget("gone", _ -> {})).isEqualTo("work");

    demo.git("branch", "other");
    assertThatThrownBy(() -> demo.repository.mergeTarget("gone", _ -> {}))
        .hasMessageStartingWith("Cannot determine a merge target");
  }

  @Test
  void knowsItsHistory() {
    String first = demo.repository.requireHead();
    String second = commit(demo.root, "a", "2");

    assertThat(demo.repository.firstCommit()).contains(first);
    assertThat(demo.repository.resolve("HEAD~1")).contains(first);
    assertThat(demo.repository.resolve("nothing")).isEmpty();
    assertThat(demo.repository.isAncestor(first, second)).isTrue();
    assertThat(demo.repository.isAncestor(second, first)).isFalse();
    assertThat(demo.repository.remoteUrl()).isEmpty();
  }

  @Test
  void aFailingCommandTellsWhatItSaid() {
    assertThatThrownBy(() -> demo.repository.git().run("rev-parse", "--verify", "nothing"))
        .isInstanceOfSatisfying(
            GitException.class,
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.GIT_COMMAND_FAILED);
              assertThat(e.message())
                  .isEqualTo("git rev-parse --verify nothing failed with exit code 128");
              assertThat(e.why()).contains("fatal: Needed a single revision");
            });
  }

  @Test
  void versionsAreUnderstood() {
    assertThat(GitVersion.parse("git version 2.39.5 (Apple Git-154)").mergesInObjectStore())
        .isTrue();
    assertThat(GitVersion.parse("git version 2.30.2").mergesInObjectStore()).isFalse();
    assertThat(List.of("git version 2.24.9", "git version 1.9.1", "hello"))
        .allSatisfy(
            text ->
                assertThatThrownBy(() -> GitVersion.parse(text))
                    .hasMessageContaining("is too old"));
  }
}
