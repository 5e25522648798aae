package dev.prodigy.engine;

import dev.prodigy.engine.StepOutcome.Kind;
import dev.prodigy.git.AgentWorktrees;
import dev.prodigy.git.MergeQueue;
import dev.prodigy.model.AgentId;
import dev.prodigy.workflow.Command;
import dev.prodigy.workflow.SubWorkflow;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;

/// Runs the workflows of a step: one, or several beside each other. Those with a worktree of their
/// own are merged back in the order they are written, when all have ended. The first failure ends
/// the others. One that failed or was stopped keeps its worktree, in which the step, run again,
/// goes on. If that is gone, what it committed is kept under `refs/prodigy/abandoned`.
final class SubWorkflowRuns {
  private final RunContext run;

  SubWorkflowRuns(RunContext run) {
    this.run = run;
  }

  Execution run(Command.RunWorkflows command, Invocation call) {
    long start = System.nanoTime();
    List<SubWorkflowRun> children = children(command, call);
    boolean isolated =
        inSession(call) && children.stream().anyMatch(SubWorkflowRun::hasOwnWorktree);
    if (isolated) {
      isolated(children, call);
    } else {
      together(children);
    }
    if (call.scope().stop().raised()) {
      return Execution.stoppedEarly();
    }
    return verdict(children, call, Duration.ofNanos(System.nanoTime() - start));
  }

  /// Agents of a job have worktrees of their own already.
  private boolean inSession(Invocation call) {
    return call.scope().worktree().equals(run.worktree().path());
  }

  private List<SubWorkflowRun> children(Command.RunWorkflows command, Invocation call) {
    var children = new ArrayList<SubWorkflowRun>();
    for (SubWorkflow workflow : command.workflows()) {
      children.add(new SubWorkflowRun(run, workflow, command.with(), call));
    }
    return children;
  }

  private void isolated(List<SubWorkflowRun> children, Invocation call) {
    String base = run.worktrees().head(run.worktree());
    try (var worktrees =
        new AgentWorktrees(
            run.repository(),
            run.store().worktreesDirectory(),
            run.job(),
            false,
            call.observer()::warning)) {
      for (int i = 0; i < children.size(); i++) {
        SubWorkflowRun child = children.get(i);
        if (child.hasOwnWorktree() && child.state().isDone()) {
          worktrees.clear(agent(child)); // unless the run was killed before, nothing is there
        } else if (child.hasOwnWorktree()) {
          child.in(worktree(child, i, base, worktrees));
        }
      }
      together(children); // jobs among them are merged by themselves
      try (var merges =
          new MergeQueue(run.repository(), run.worktree(), new ClaudeMergeAssist(run))) {
        for (SubWorkflowRun child : children) {
          mergeBack(child, worktrees, merges);
        }
        merges.catchUp();
      }
    }
  }

  /// The one it was cut off in, else a new one.
  private AgentWorktrees.AgentWorktree worktree(
      SubWorkflowRun child, int slot, String base, AgentWorktrees worktrees) {
    AgentId agent = agent(child);
    SubWorkflowState state = child.state();
    return state
        .base()
        .flatMap(before -> worktrees.adopt(slot, agent, before))
        .orElseGet(
            () -> {
              state.lost();
              var _ =
                  worktrees.abandon(
                      agent, child.workflow().name() + "-" + run.now().toEpochMilli());
              AgentWorktrees.AgentWorktree made = worktrees.prepare(slot, agent, base);
              state.begun(base);
              return made;
            });
  }

  /// Named so that it is known to belong to the session.
  private AgentId agent(SubWorkflowRun child) {
    return new AgentId(
        run.session() + "_agent_" + child.place().replaceAll("[^A-Za-z0-9._-]+", "-"));
  }

  /// What a workflow that could not be merged did stays on its branch.
  private void mergeBack(SubWorkflowRun child, AgentWorktrees worktrees, MergeQueue merges) {
    AgentWorktrees.AgentWorktree worktree = child.worktree();
    if (worktree == null) {
      return;
    }
    boolean goesOn = child.goesOn(); // not there after a conflict
    boolean merged = child.succeeded() && merge(child, worktree, worktrees, merges);
    child.over();
    if (!goesOn) {
      worktrees.release(worktree, merged);
    }
  }

  private static boolean merge(
      SubWorkflowRun child,
      AgentWorktrees.AgentWorktree worktree,
      AgentWorktrees worktrees,
      MergeQueue merges) {
    AgentWorktrees.Changes changes = worktrees.changes(worktree);
    if (changes.commits().isEmpty()) {
      return true;
    }
    return switch (merges.merge(
        worktree.branch(), changes.commits().getLast(), worktree.base(), changes.files())) {
      case MergeQueue.Outcome.Merged _ -> true;
      case MergeQueue.Outcome.Conflict(var paths, _) -> {
        child.failed(
            Kind.COMMIT,
            "merge conflict in %s; its work is on branch %s"
                .formatted(String.join(", ", paths), worktree.branch()));
        yield false;
      }
    };
  }

  private void together(List<SubWorkflowRun> children) {
    if (children.size() == 1) {
      children.getFirst().run();
      return;
    }
    var places = new Semaphore(Runtime.getRuntime().availableProcessors() + 2);
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var running = new ArrayList<Future<?>>();
      for (SubWorkflowRun child : children) {
        running.add(
            threads.submit(
                () -> {
                  places.acquireUninterruptibly();
                  try {
                    child.run();
                  } finally {
                    places.release();
                  }
                  if (child.endsOthers()) {
                    children.forEach(other -> other.stop(child));
                  }
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    } catch (InterruptedException _) {
      children.forEach(child -> child.stop(child));
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    }
  }

  private static Execution verdict(
      List<SubWorkflowRun> children, Invocation call, Duration duration) {
    children.forEach(SubWorkflowRun::publish);
    SubWorkflowRun failed = null;
    for (SubWorkflowRun child : children) {
      if (child.endsOthers() && (failed == null || failed.wasStopped())) {
        failed = child;
      } else if (!child.endsOthers() && !child.succeeded() && !child.wasStopped()) {
        call.observer().warning(child.message());
      }
    }
    if (failed != null) {
      return new Execution(
          1,
          "",
          failed.message(),
          failed.message(),
          failed.timedOut(),
          false,
          failed.kind(),
          failed.message(),
          false,
          duration,
          null,
          Map.of());
    }
    String names =
        String.join(", ", children.stream().map(child -> child.workflow().name()).toList());
    call.scope().children().forget(call.scope().placeOf(call.step()));
    return Execution.success("Sub-workflows completed: " + names, duration);
  }
}
