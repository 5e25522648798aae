package dev.prodigy.model;

/// The store's name of a repository: the last component of its main working tree's path, with a
/// suffix where two repositories would share it.
public record RepoName(String value) {
  public RepoName {
    if (value.isEmpty()
        || value.startsWith(".")
        || value.indexOf('/') >= 0
        || value.chars().anyMatch(c -> c < 0x20 || c == 0x7f)) {
      throw new ProdigyException(
          ErrorCode.STORAGE, "Invalid id: repository name '" + value + "'", null);
    }
  }

  @Override
  public String toString() {
    return value;
  }
}
