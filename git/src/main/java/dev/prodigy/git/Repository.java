package dev.prodigy.git;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// A git repository as seen from one of its checkouts.
public final class Repository {
  public static Repository discover(Path start) {
    throw Skeleton.missing();
  }

  public Path mainRoot() {
    throw Skeleton.missing();
  }

  public Path commonDir() {
    throw Skeleton.missing();
  }

  public boolean bare() {
    throw Skeleton.missing();
  }

  public Path checkout() {
    throw Skeleton.missing();
  }

  public Optional<String> currentBranch() {
    throw Skeleton.missing();
  }

  public String requireHead() {
    throw Skeleton.missing();
  }

  public Optional<String> resolve(String revision) {
    throw Skeleton.missing();
  }

  public Optional<String> branchTip(String branch) {
    throw Skeleton.missing();
  }

  public String mergeTarget(String originalBranch, Consumer<String> warnings) {
    throw Skeleton.missing();
  }

  public Optional<String> firstCommit() {
    throw Skeleton.missing();
  }

  public Optional<String> remoteUrl() {
    throw Skeleton.missing();
  }

  public List<String> uncommitted() {
    throw Skeleton.missing();
  }

  public boolean isAncestor(String commit, String of) {
    throw Skeleton.missing();
  }
}
