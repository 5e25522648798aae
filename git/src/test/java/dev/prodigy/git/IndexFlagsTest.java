package dev.prodigy.git;

import static dev.prodigy.git.TestRepository.commit;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IndexFlagsTest {
  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(ints = {2, 4})
  void flagsAreFoundInEveryFormatWithPathsOfAnyLength(int version) {
    var demo = TestRepository.in(temp);
    String directory = "d".repeat(200) + "/";
    for (int length = 1; length < 12; length++) {
      TestRepository.write(demo.root.resolve("n".repeat(length)), "x");
    }
    commit(demo.root, directory.repeat(18) + "deep", "x");
    demo.git("config", "core.longpaths", "true");
    demo.git("update-index", "--index-version", String.valueOf(version));
    Path index = demo.root.resolve(".git/index");
    assertThat(IndexFlags.mayHideFiles(index, 20)).isFalse();

    demo.git("update-index", "--assume-unchanged", "nnnnnnnnnnn");
    assertThat(IndexFlags.mayHideFiles(index, 20)).isTrue();
    demo.git("update-index", "--no-assume-unchanged", "nnnnnnnnnnn");
    assertThat(IndexFlags.mayHideFiles(index, 20)).isFalse();
    demo.git("update-index", "--skip-worktree", "nnnnnnnnnnn");
    assertThat(IndexFlags.mayHideFiles(index, 20)).isTrue();
  }

  @Test
  void whatIsNotUnderstoodMayHideFiles() {
    var demo = TestRepository.in(temp);
    Path index = demo.root.resolve(".git/index");
    demo.git("update-index", "--split-index");
    assertThat(IndexFlags.mayHideFiles(index, 20)).isTrue();

    TestRepository.write(temp.resolve("damaged"), "DIRC\0\0\0\2\0\0\0\5");
    assertThat(IndexFlags.mayHideFiles(temp.resolve("damaged"), 20)).isTrue();
    assertThat(IndexFlags.mayHideFiles(temp.resolve("absent"), 20)).isFalse();
  }
}
