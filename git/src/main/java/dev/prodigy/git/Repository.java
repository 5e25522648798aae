package dev.prodigy.git;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// A git repository, seen from the checkout that was started in. Nothing here changes it.
///
/// References are read from files where their format allows, which costs no process.
public final class Repository {
  private static final String HEADS = "refs/heads/";

  private final Path mainRoot;
  private final Path commonDir;
  private final boolean bare;
  private final Path checkout;
  private final GitDir gitDir;
  private final RefFiles refs;
  private final Commits commits;
  private final Map<String, Descent> descents = new ConcurrentHashMap<>();
  private volatile @Nullable String firstCommit; // once known: a run asks twice, git walks all

  /// What reading an agent's commits has proved about their last one.
  ///
  /// @param base an ancestor of it
  /// @param tree its tree
  record Descent(String base, String tree) {}

  private Repository(Path mainRoot, Path commonDir, boolean bare, Path checkout, GitDir gitDir) {
    this.mainRoot = mainRoot;
    this.commonDir = commonDir;
    this.bare = bare;
    this.checkout = checkout;
    this.gitDir = gitDir;
    refs = new RefFiles(commonDir);
    commits = new Commits(this);
  }

  /// Finds the repository around a directory: in a subdirectory, a linked worktree or a bare one,
  /// too.
  ///
  /// @throws GitException if there is none, or git refuses to work there
  public static Repository discover(Path start) {
    if (!Files.isDirectory(start)) {
      throw GitException.notARepository(start);
    }
    GitVersion.installed();
    Git git = Git.in(start);
    GitOutput output =
        git.attempt(
            "rev-parse",
            "--is-bare-repository",
            "--is-inside-work-tree",
            "--git-dir",
            "--git-common-dir");
    if (!output.succeeded()) {
      throw output.stderr().contains("not a git repository")
          ? GitException.notARepository(start)
          : output.failure();
    }
    List<String> answers = output.stdout().lines().toList();
    Path gitDir = real(start.resolve(answers.get(2)));
    Path commonDir = real(start.resolve(answers.getLast()));
    boolean bare =
        gitDir.equals(commonDir)
            ? answers.get(0).equals("true")
            : Git.in(commonDir).attempt("config", "--type=bool", "core.bare").line().equals("true");
    Path main = bare ? commonDir : mainRootOf(commonDir);
    boolean inside = answers.get(1).equals("true");
    Path checkout = inside ? real(Path.of(git.run("rev-parse", "--show-toplevel").line())) : main;
    if (inside && !bare && gitDir.equals(commonDir)) {
      main = checkout; // also where core.worktree or a separate git directory decides
    }
    return new Repository(main, commonDir, bare, checkout, new GitDir(gitDir));
  }

  private static Path mainRootOf(Path commonDir) {
    Path parent = commonDir.getParent();
    return parent != null && commonDir.endsWith(".git") ? parent : commonDir;
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException e) {
      throw GitException.io(path, e);
    }
  }

  /// Top level of the main working copy; of a bare repository, its directory.
  public Path mainRoot() {
    return mainRoot;
  }

  /// Where git keeps what all worktrees share, without symbolic links.
  public Path commonDir() {
    return commonDir;
  }

  public boolean bare() {
    return bare;
  }

  /// Top level of the checkout that was started in.
  public Path checkout() {
    return checkout;
  }

  /// The branch checked out where we were started; empty when detached.
  public Optional<String> currentBranch() {
    return head(gitDir).branch();
  }

  /// The commit checked out where we were started.
  ///
  /// @throws GitException if the repository has no commit yet
  public String requireHead() {
    String commit = head(gitDir).commit();
    if (commit == null) {
      throw GitException.noCommits();
    }
    return commit;
  }

  /// The full id of the commit a revision names.
  public Optional<String> resolve(String revision) {
    GitOutput output =
        Git.in(checkout)
            .attempt("rev-parse", "-q", "--verify", "--end-of-options", revision + "^{commit}");
    return output.succeeded() ? output.line().lines().reduce((_, last) -> last) : Optional.empty();
  }

  /// The commit of a local branch.
  public Optional<String> branchTip(String branch) {
    return refTip(HEADS + branch);
  }

  /// Where a run's result should go: the branch it started on if that still exists, else the
  /// repository's default branch, with a warning.
  ///
  /// @param originalBranch empty when the run started on a detached `HEAD`
  /// @throws GitException if there is no candidate
  public String mergeTarget(String originalBranch, Consumer<String> warnings) {
    if (!originalBranch.isEmpty() && branchTip(originalBranch).isPresent()) {
      return originalBranch;
    }
    String target = defaultBranch().orElseThrow(GitException::noMergeTarget);
    warnings.accept(
        originalBranch.isEmpty()
            ? "The run did not start on a branch; its result goes to " + target
            : "Branch %s does not exist any more; the result goes to %s"
                .formatted(originalBranch, target));
    return target;
  }

  private Optional<String> defaultBranch() {
    Optional<String> remote =
        refs.symbolic("refs/remotes/origin/HEAD")
            .map(ref -> ref.replaceFirst("^refs/remotes/origin/", ""));
    return remote
        .filter(this::hasBranch)
        .or(() -> setting("init.defaultBranch").filter(this::hasBranch))
        .or(() -> Optional.of("main").filter(this::hasBranch))
        .or(() -> Optional.of("master").filter(this::hasBranch))
        .or(this::onlyBranch);
  }

  private boolean hasBranch(String branch) {
    return branchTip(branch).isPresent();
  }

  private Optional<String> onlyBranch() {
    List<String> users =
        branches("").stream().filter(branch -> !branch.startsWith("prodigy-")).toList();
    return users.size() == 1 ? Optional.of(users.getFirst()) : Optional.empty();
  }

  /// The first commit of this history: it stays when a repository moves. Walks the whole history.
  public Optional<String> firstCommit() {
    String known = firstCommit;
    if (known != null) {
      return Optional.of(known);
    }
    GitOutput output = Git.in(checkout).attempt("rev-list", "--max-parents=0", "HEAD");
    Optional<String> found = output.stdout().lines().reduce((_, last) -> last);
    firstCommit = found.orElse(null);
    return found;
  }

  public Optional<String> remoteUrl() {
    return setting("remote.origin.url");
  }

  private Optional<String> setting(String key) {
    GitOutput output = git().attempt("config", "--get", key);
    return output.succeeded() ? Optional.of(output.line()) : Optional.empty();
  }

  /// What is not committed in the checkout we were started in, as `XY path`; empty if bare.
  public List<String> uncommitted() {
    return bare && checkout.equals(mainRoot) ? List.of() : status(Git.in(checkout));
  }

  /// Paths of all files of the current commit, from the repository's root.
  public List<String> committedFiles() {
    return Git.in(checkout)
        .run("ls-tree", "-r", "--name-only", "--full-tree", "-z", "HEAD")
        .fields();
  }

  /// Paths of files in the checkout that are in no commit and not ignored.
  public List<String> newFiles() {
    return Git.in(checkout).run("ls-files", "-o", "--exclude-standard", "-z").fields();
  }

  static List<String> status(Git git) {
    return git.run("status", "--porcelain", "-z", "--no-renames").fields();
  }

  /// Whether `commit` is reachable from `of`; a commit is its own ancestor.
  public boolean isAncestor(String commit, String of) {
    GitOutput output = git().attempt("merge-base", "--is-ancestor", commit, of);
    if (output.exitCode() > 1) {
      throw output.failure();
    }
    return output.succeeded();
  }

  /// For commands that need no checkout.
  Git git() {
    return bare ? Git.in(commonDir).with("GIT_DIR", commonDir.toString()) : Git.in(mainRoot);
  }

  Commits commits() {
    return commits;
  }

  RefFiles.Head head(GitDir of) {
    if (refs.readable()) {
      return refs.head(of.path());
    }
    Git git = git().with("GIT_DIR", of.path().toString());
    String ref = git.attempt("symbolic-ref", "-q", "HEAD").line();
    String commit = git.attempt("rev-parse", "-q", "--verify", "HEAD^{commit}").line();
    return new RefFiles.Head(ref.isEmpty() ? null : ref, commit.isEmpty() ? null : commit);
  }

  /// The commit of a reference given by its full name.
  Optional<String> refTip(String ref) {
    if (refs.readable()) {
      return refs.commit(ref);
    }
    String commit = git().attempt("rev-parse", "-q", "--verify", ref).line();
    return commit.isEmpty() ? Optional.empty() : Optional.of(commit);
  }

  /// Local branches whose names begin so.
  List<String> branches(String prefix) {
    return git()
        .run("for-each-ref", "--format=%(refname:lstrip=2)", "refs/heads")
        .stdout()
        .lines()
        .filter(branch -> branch.startsWith(prefix))
        .toList();
  }

  void noteDescent(String tip, Descent descent) {
    descents.put(tip, descent);
  }

  Optional<Descent> descent(String tip) {
    return Optional.ofNullable(descents.get(tip));
  }

  void forgetDescent(String tip) {
    descents.remove(tip);
  }

  /// Where in this repository somebody works on the branch: the main copy and the linked worktrees
  /// that have it checked out, or will return to it after a rebase or bisection.
  List<Checkout> checkoutsOf(String branch) {
    var linked =
        Registration.all(commonDir).stream()
            .filter(r -> !r.prunable() && r.path() != null)
            .map(r -> new Checkout(Objects.requireNonNull(r.path()), r.gitDir()));
    var main =
        bare ? Stream.<Checkout>of() : Stream.of(new Checkout(mainRoot, new GitDir(commonDir)));
    return Stream.concat(main, linked)
        .filter(
            c ->
                head(c.gitDir()).branch().filter(branch::equals).isPresent()
                    || c.gitDir().willReturnTo(branch))
        .toList();
  }

  /// A place with a working tree.
  record Checkout(Path root, GitDir gitDir) {}
}
