package dev.prodigy.storage.file;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.Json;
import dev.prodigy.model.RepoName;
import dev.prodigy.storage.RepositoryNames;
import dev.prodigy.storage.RepositoryNames.Identity;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RepositoryNamesTest {
  @TempDir Path home;
  private final List<String> notices = new ArrayList<>();
  private RepositoryNames names;

  @BeforeEach
  void open() {
    names = FileStore.open(home.resolve("root"), InstantSource.system(), notices::add).names();
  }

  private Identity repository(String path, String firstCommit) throws Exception {
    Path root = Files.createDirectories(home.resolve(path));
    return new Identity(root, root.resolve(".git"), firstCommit, null);
  }

  @Test
  void theFirstOwnerGetsThePlainNameAndTheNextASuffix() throws Exception {
    assertThat(names.register(repository("a/api", "1"))).isEqualTo(new RepoName("api"));
    RepoName second = names.register(repository("b/api", "2"));

    assertThat(second.value()).matches("api-[0-9a-f]{8}");
    assertThat(notices).hasSize(1);
    assertThat(names.register(repository("b/api", "2"))).isEqualTo(second);
    assertThat(names.register(repository("a/api", "1"))).isEqualTo(new RepoName("api"));
    assertThat(notices).hasSize(1);
  }

  @Test
  void lookingForANameWritesNothing() throws Exception {
    assertThat(names.find(repository("a/api", "1"))).contains(new RepoName("api"));

    assertThat(home.resolve("root/repositories.json")).doesNotExist();
  }

  @Test
  void aSymbolicLinkIsTheSameRepository() throws Exception {
    names.register(repository("a/api", "1"));
    Path link = Files.createSymbolicLink(home.resolve("link"), home.resolve("a/api"));

    assertThat(names.register(new Identity(link, link.resolve(".git"), "1", null)))
        .isEqualTo(new RepoName("api"));
  }

  @Test
  void aMovedRepositoryKeepsItsName() throws Exception {
    names.register(repository("a/api", "1"));
    Files.delete(home.resolve("a/api"));

    assertThat(names.register(repository("new/place", "1"))).isEqualTo(new RepoName("api"));
    var tree = Json.parse(Files.readString(home.resolve("root/repositories.json")));
    assertThat(tree.path("repos").path("api").path("root").asString()).endsWith("new/place");
    assertThat(names.register(repository("other/api", "2")).value()).startsWith("api-");
  }

  @Test
  void aNameThatMeansSomethingElseIsTakenAndAHiddenOneIsNone() throws Exception {
    assertThat(names.register(repository("archive", "1")).value()).startsWith("archive-");
    assertThat(names.find(repository(".hidden", "1"))).isEmpty();
  }
}
