package dev.prodigy.git;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Moves references by compare-and-swap, several at once, all or none.
///
/// A kept `git update-ref --stdin` answers in half a millisecond where a new process takes four
/// (medians, 2 cores). When it dies - it does on every refused update, and on a Ctrl-C - the next
/// update starts another. Not for several threads at once.
final class RefUpdates implements AutoCloseable {
  private static final int TRIES = 4;

  /// The old value that says "must not exist".
  static final String ABSENT = "";

  private final Repository repository;
  private @Nullable Kept kept;

  /// One reference's change.
  ///
  /// @param commit null deletes it
  /// @param expected its value before, [#ABSENT] for none, null for any
  record Change(String ref, @Nullable String commit, @Nullable String expected) {

    static Change set(String ref, String commit) {
      return new Change(ref, commit, null);
    }

    static Change delete(String ref) {
      return new Change(ref, null, null);
    }

    String line() {
      String old = expected == null ? "" : " " + (expected.isEmpty() ? zeros() : expected);
      return commit == null ? "delete " + ref + old : "update " + ref + " " + commit + old;
    }

    /// As long as the repository's ids are, SHA-1 or SHA-256.
    private String zeros() {
      return "0".repeat(commit == null ? 40 : commit.length());
    }
  }

  RefUpdates(Repository repository) {
    this.repository = repository;
  }

  /// Makes the changes with a process of their own.
  ///
  /// @return false if a reference had not its expected value; then none was changed
  static boolean once(Repository repository, List<Change> changes) {
    var text = new StringBuilder();
    changes.forEach(change -> text.append(change.line()).append('\n'));
    GitOutput output = repository.git().withInput(text.toString()).attempt("update-ref", "--stdin");
    return output.succeeded() || refused(output.stderr());
  }

  private static boolean refused(String stderr) {
    if (stderr.contains("but expected")
        || stderr.contains("unable to resolve reference")
        || stderr.contains("reference already exists")) {
      return false;
    }
    throw GitException.refusedUpdate(stderr);
  }

  /// Like [#once], by the kept process.
  boolean apply(Change... changes) {
    List<Change> all = Arrays.asList(changes);
    if (!GitVersion.installed().atLeast(2, 28)) {
      return once(repository, all);
    }
    for (int attempt = 1; ; attempt++) {
      Kept process = running();
      try {
        process.transact(all);
        return true;
      } catch (IOException | UncheckedIOException e) {
        String why = process.end();
        kept = null;
        if (done(all)) {
          return true;
        }
        boolean another = why.isBlank() || Git.metAnotherProcess(why);
        if (!another) {
          return refused(why);
        }
        if (attempt == TRIES) {
          throw GitException.refusedUpdate(why.isBlank() ? String.valueOf(e.getMessage()) : why);
        }
        Git.pause();
      }
    }
  }

  /// A process that died before it said "ok" may have finished its work.
  private boolean done(List<Change> changes) {
    return changes.stream()
        .allMatch(
            change -> {
              String now = repository.refTip(change.ref()).orElse(null);
              return change.commit() == null ? now == null : change.commit().equals(now);
            });
  }

  private Kept running() {
    Kept present = kept;
    if (present == null) {
      present = new Kept(repository.git().start("update-ref", "--stdin"));
      kept = present;
    }
    return present;
  }

  @Override
  public void close() {
    Kept present = kept;
    kept = null;
    if (present != null) {
      present.end();
    }
  }

  /// The process, waiting for a transaction between two of them.
  private static final class Kept {
    private final Process process;
    private final Writer commands;
    private final BufferedReader answers;

    Kept(Process process) {
      this.process = process;
      commands = process.outputWriter(StandardCharsets.UTF_8);
      answers = process.inputReader(StandardCharsets.UTF_8);
    }

    void transact(List<Change> changes) throws IOException {
      var text = new StringBuilder("start\n");
      changes.forEach(change -> text.append(change.line()).append('\n'));
      text.append("prepare\ncommit\n");
      commands.write(text.toString());
      commands.flush();
      for (String expected : List.of("start: ok", "prepare: ok", "commit: ok")) {
        String answer = answers.readLine();
        if (!expected.equals(answer)) {
          throw new IOException("git update-ref answered " + answer);
        }
      }
    }

    /// Ends it; nothing is under way or the process is dying already.
    ///
    /// @return what it said on its error stream
    String end() {
      var said = new ArrayList<String>();
      try (var errors = process.errorReader(StandardCharsets.UTF_8)) {
        commands.close();
        errors.lines().forEach(said::add);
      } catch (IOException | UncheckedIOException _) {
        // It died with our command unread; whether that matters is seen from the references.
      }
      Uninterrupted.await(
          () -> process.waitFor(2, TimeUnit.SECONDS), () -> process.destroyForcibly());
      return String.join("\n", said);
    }
  }
}
