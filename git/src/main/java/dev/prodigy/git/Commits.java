package dev.prodigy.git;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Makes commits out of trees, without a working tree.
///
/// Signed when the user signs commits. Who has not told git a name gets `Prodigy
/// <prodigy@localhost>`, so that merging does not depend on it.
final class Commits {
  private final Repository repository;
  private @Nullable Map<String, String> identity;
  private @Nullable Boolean signed;

  Commits(Repository repository) {
    this.repository = repository;
  }

  /// @param tree a tree, or an expression naming one
  /// @return the new commit's id
  String create(String tree, List<String> parents, String message) {
    return create(tree, parents, message, signed());
  }

  /// A commit for our own bookkeeping, never signed.
  String unsigned(String tree, List<String> parents, String message) {
    return create(tree, parents, message, false);
  }

  private String create(String tree, List<String> parents, String message, boolean sign) {
    var arguments = new ArrayList<String>();
    arguments.add("commit-tree");
    if (sign) {
      arguments.add("-S");
    }
    arguments.add(tree);
    for (String parent : parents) {
      arguments.add("-p");
      arguments.add(parent);
    }
    arguments.add("-m");
    arguments.add(message);
    return repository.git().with(identity()).run(arguments).line();
  }

  String treeOf(String commit) {
    return repository.git().run("rev-parse", "--verify", commit + "^{tree}").line();
  }

  /// Environment that makes up for an identity git does not have; empty if it has one.
  synchronized Map<String, String> identity() {
    Map<String, String> known = identity;
    if (known == null) {
      var missing = new HashMap<String, String>();
      for (String role : List.of("AUTHOR", "COMMITTER")) {
        if (!repository.git().attempt("var", "GIT_" + role + "_IDENT").succeeded()) {
          missing.put("GIT_" + role + "_NAME", "Prodigy");
          missing.put("GIT_" + role + "_EMAIL", "prodigy@localhost");
        }
      }
      known = Map.copyOf(missing);
      identity = known;
    }
    return known;
  }

  private synchronized boolean signed() {
    Boolean known = signed;
    if (known == null) {
      known =
          repository
              .git()
              .attempt("config", "--type=bool", "--get", "commit.gpgsign")
              .line()
              .equals("true");
      signed = known;
    }
    return known;
  }
}
