package dev.prodigy.git;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/// Someone who can resolve merge conflicts, usually an agent CLI. What it says is never trusted
/// without proof from git.
public interface MergeAssist {

  /// Nobody to ask.
  MergeAssist NONE =
      new MergeAssist() {
        @Override
        public boolean available() {
          return false;
        }

        @Override
        public boolean resolve(Path worktree, String source, @Nullable String target) {
          return false;
        }
      };

  /// Whether [#resolve] is worth calling.
  boolean available();

  /// Merges `source` into the branch checked out in `worktree`, resolves the conflicts, commits and
  /// leaves a clean tree.
  ///
  /// @param target name of the branch that is checked out, null to say "the current one"
  /// @return true if it says it succeeded
  boolean resolve(Path worktree, String source, @Nullable String target);
}
