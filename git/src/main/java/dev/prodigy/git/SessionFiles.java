package dev.prodigy.git;

import dev.prodigy.git.RefUpdates.Change;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/// Index and files of a session's worktree, which may stand behind its branch: merges in the object
/// store move the branch alone, and the files follow once for many of them.
///
/// Two references make that survive a kill at any instant:
///
/// - `refs/prodigy/sessions/<id>/files`: the commit the files stand at. Set in the same transaction
///   that first moves the branch away from it; absent while they stand at the branch's tip.
/// - `refs/prodigy/sessions/<id>/catch-up`: the commit the files are being brought to. Set after
///   git has checked that nothing local is in the way and before the first file is written. So if
///   it is found later, whatever stands at a path that differs between the two commits is our own
///   half-done work.
final class SessionFiles {
  private final Repository repository;
  private final Worktree worktree;
  private final String filesRef;
  private final String catchUpRef;

  SessionFiles(Repository repository, Worktree worktree) {
    this.repository = repository;
    this.worktree = worktree;
    filesRef = sessionRef(worktree.name(), "files");
    catchUpRef = sessionRef(worktree.name(), "catch-up");
  }

  static String sessionRef(String session, String last) {
    return "refs/prodigy/sessions/" + session + "/" + last;
  }

  String branchRef() {
    return "refs/heads/" + worktree.branch();
  }

  String tip() {
    return repository
        .branchTip(worktree.branch())
        .orElseThrow(() -> GitException.branchNotFound(worktree.branch()));
  }

  /// The commit that index and files are based on.
  String standsAt() {
    return repository.refTip(filesRef).orElseGet(this::tip);
  }

  boolean behind() {
    return repository.refTip(filesRef).filter(files -> !files.equals(tip())).isPresent();
  }

  GitDir gitDir() {
    return GitDir.of(worktree.path())
        .orElseThrow(() -> GitException.worktreeNotFound(worktree.name(), worktree.path()));
  }

  /// Moves the branch, leaving the files where they are. Git writes references in the given order,
  /// so a kill in between leaves at worst a note that the files stand at the tip.
  ///
  /// @return false if the branch is not at `from` any more
  boolean advance(RefUpdates refs, String from, String to) {
    var move = new Change(branchRef(), to, from);
    return repository.refTip(filesRef).isPresent()
        ? refs.apply(move)
        : refs.apply(new Change(filesRef, from, RefUpdates.ABSENT), move);
  }

  /// Brings the files to the branch's tip. Local changes, staged or not, and untracked files stay
  /// as they are.
  ///
  /// @throws GitException if one of them is in the way; then nothing was changed
  void catchUp(RefUpdates refs) {
    Optional<String> behind = repository.refTip(filesRef);
    if (behind.isEmpty()) {
      return;
    }
    String from = behind.get();
    String to = tip();
    if (!from.equals(to)) {
      requireNothingInTheWay(from, to);
      refs.apply(Change.set(catchUpRef, to));
      git().asWork().run("read-tree", "-m", "-u", from, to);
    }
    standAtTip(refs);
  }

  /// Tells that the files stand at the tip now, whoever brought them there.
  void standAtTip(RefUpdates refs) {
    // In this order: a goal without the note of where the files stand is never found.
    refs.apply(Change.delete(catchUpRef), Change.delete(filesRef));
  }

  private void requireNothingInTheWay(String from, String to) {
    if (possible(from, to)) {
      return;
    }
    git().attempt("update-index", "-q", "--refresh"); // a touched file is not a changed one
    if (!possible(from, to)) {
      throw GitException.localChanges(worktree.path(), inTheWay(from, to));
    }
  }

  private boolean possible(String from, String to) {
    return git().attempt("read-tree", "-m", "-u", "-n", from, to).succeeded();
  }

  private List<String> inTheWay(String from, String to) {
    return new LocalChanges(uncommittedPaths()).among(worktree.path(), changedPaths(from, to));
  }

  List<String> changedPaths(String from, String to) {
    return git().run("diff-tree", "-r", "-z", "--no-renames", "--name-only", from, to).fields();
  }

  /// What is uncommitted, as `XY path`, seen from the commit the files stand at.
  List<String> uncommitted() {
    if (!behind()) {
      return Repository.status(git());
    }
    var lines = new ArrayList<String>();
    List<String> changed =
        git()
            .run("diff", "-z", "--no-renames", "--no-ext-diff", "--name-status", standsAt(), "--")
            .fields();
    for (int i = 0; i + 1 < changed.size(); i += 2) {
      lines.add(" " + changed.get(i) + " " + changed.get(i + 1));
    }
    git()
        .run("ls-files", "-o", "--exclude-standard", "-z", "--directory", "--no-empty-directory")
        .fields()
        .forEach(path -> lines.add("?? " + path));
    return lines;
  }

  private List<String> uncommittedPaths() {
    return uncommitted().stream().map(line -> line.substring(3)).toList();
  }

  /// Puts a worktree in order whose owner was killed: no lock file of git's, no half-written file.
  /// Only for the session's owner.
  void recover(RefUpdates refs, Consumer<String> notices) {
    Occupants.awaitGit(worktree.path());
    removeStaleLocks(notices);
    Optional<String> goal = repository.refTip(catchUpRef);
    Optional<String> from = repository.refTip(filesRef);
    if (goal.isPresent() && from.isPresent()) {
      keepHalfDone(from.get(), refs);
      finish(from.get(), goal.get());
      refs.apply(Change.set(filesRef, goal.get()), Change.delete(catchUpRef));
      notices.accept("Finished bringing %s up to date".formatted(worktree.path()));
    }
    if (behind()) {
      catchUp(refs);
    }
  }

  private void removeStaleLocks(Consumer<String> notices) {
    var locks =
        List.of(
            gitDir().file("index.lock"),
            gitDir().file("HEAD.lock"),
            repository.commonDir().resolve(branchRef() + ".lock"),
            repository.commonDir().resolve(filesRef + ".lock"),
            repository.commonDir().resolve(catchUpRef + ".lock"));
    for (Path lock : locks) {
      if (StaleLock.remove(lock)) {
        notices.accept("Removed %s, left behind by a killed process".formatted(lock));
      }
    }
  }

  /// Should a user have edited a file since the kill, this is where it can be found.
  private void keepHalfDone(String from, RefUpdates refs) {
    Snapshot.take(repository, worktree.path(), gitDir(), from, "Found in " + worktree.name())
        .ifPresent(
            commit -> refs.apply(Change.set(sessionRef(worktree.name(), "half-done"), commit)));
  }

  /// Writes every path that differs between the commits as the second has it, index and file.
  private void finish(String from, String to) {
    List<String> fields = git().run("diff-tree", "-r", "-z", "--no-renames", from, to).fields();
    var index = new StringBuilder();
    var present = new StringBuilder();
    for (int i = 0; i + 1 < fields.size(); i += 2) {
      // :<old mode> <new mode> <old id> <new id> <letter>
      String[] entry = fields.get(i).substring(1).split(" ", -1);
      String path = fields.get(i + 1);
      boolean deleted = entry[4].startsWith("D");
      index.append(deleted ? "0" : entry[1]).append(' ').append(entry[3]);
      index.append('\t').append(path).append('\0');
      if (deleted) {
        deleteFile(path);
      } else {
        present.append(path).append('\0');
      }
    }
    git().withInput(index.toString()).run("update-index", "-z", "--index-info");
    git().asWork().withInput(present.toString()).run("checkout-index", "-f", "-u", "-z", "--stdin");
  }

  private void deleteFile(String path) {
    Path file = worktree.path().resolve(path);
    try {
      if (!Files.isDirectory(file)) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw GitException.io(file, e);
    }
  }

  private Git git() {
    return Git.inWorktree(worktree.path());
  }
}
