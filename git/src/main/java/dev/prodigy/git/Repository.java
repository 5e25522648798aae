package dev.prodigy.git;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A git repository as seen from one of its checkouts.
public final class Repository {
  public static Repository discover(Path start) {
    throw new UnsupportedOperationException();
  }

  public Path mainRoot() {
    throw new UnsupportedOperationException();
  }

  public Path commonDir() {
    throw new UnsupportedOperationException();
  }

  public boolean bare() {
    throw new UnsupportedOperationException();
  }

  public Path checkout() {
    throw new UnsupportedOperationException();
  }

  public Optional<String> currentBranch() {
    throw new UnsupportedOperationException();
  }

  public String requireHead() {
    throw new UnsupportedOperationException();
  }

  public Optional<String> resolve(String revision) {
    throw new UnsupportedOperationException();
  }

  public Optional<String> branchTip(String branch) {
    throw new UnsupportedOperationException();
  }

  public String mergeTarget(String originalBranch, Consumer<String> warnings) {
    throw new UnsupportedOperationException();
  }

  public Optional<String> firstCommit() {
    throw new UnsupportedOperationException();
  }

  public Optional<String> remoteUrl() {
    throw new UnsupportedOperationException();
  }

  public List<String> uncommitted() {
    throw new UnsupportedOperationException();
  }

  public boolean isAncestor(String commit, String of) {
    throw new UnsupportedOperationException();
  }
}
