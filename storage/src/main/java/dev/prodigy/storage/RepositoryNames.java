package dev.prodigy.storage;

import dev.prodigy.model.RepoName;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Which name each repository has in the store, so that two repositories with the same last path
/// component never share data.
public interface RepositoryNames {

  /// What tells a repository from others, also after it moved.
  ///
  /// @param root its main working tree (or the directory, outside git)
  /// @param firstCommit hash of its first commit, if it has any
  /// @param remote URL of its remote, if it has one
  record Identity(
      Path root, Path gitCommonDir, @Nullable String firstCommit, @Nullable String remote) {}

  /// The repository's name, remembered from now on. The first owner of a last path component gets
  /// it plain, others get a suffix from the hash of their path. A registered repository that is
  /// gone from its place is recognised by first commit and remote at its new one.
  RepoName register(Identity repository);

  /// The name it has, or else would get; writes nothing. Empty when its path gives no valid name.
  Optional<RepoName> find(Identity repository);

  /// Where each known repository was when it was last used.
  Map<RepoName, Path> roots();
}
