package dev.prodigy.git;

import dev.prodigy.git.RefUpdates.Change;
import dev.prodigy.model.JobId;
import java.util.List;
import java.util.Optional;

/// Keeps commits of a job's agents that nobody will merge, so that a user can still find them.
record Abandoned(Repository repository, JobId job) {

  /// @return the reference `refs/prodigy/abandoned/<job>/<suffix>`; empty if a branch that is not
  ///   an agent's has the commit anyway
  Optional<String> keep(String commit, String suffix) {
    boolean elsewhere =
        repository
            .git()
            .run(
                "rev-list",
                "-n1",
                commit,
                "--not",
                "--exclude=prodigy-mapreduce-agent-*",
                "--branches")
            .stdout()
            .isEmpty();
    if (elsewhere) {
      return Optional.empty();
    }
    String ref = "refs/prodigy/abandoned/" + job + "/" + suffix;
    RefUpdates.once(repository, List.of(Change.set(ref, commit)));
    return Optional.of(ref);
  }
}
