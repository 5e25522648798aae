package dev.prodigy.engine;

import dev.prodigy.agent.AgentCli;
import dev.prodigy.agent.AgentRequest;
import dev.prodigy.git.MergeAssist;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Asks Claude to resolve merge conflicts, by its command `/prodigy-merge-worktree`. Switched off
/// by `PRODIGY_MERGE_ASSIST=false`.
public final class ClaudeMergeAssist implements MergeAssist {
  private static final Duration LIMIT = Duration.ofMinutes(10);

  private final RunContext run;
  private final boolean enabled;

  public ClaudeMergeAssist(RunContext run) {
    this.run = run;
    enabled =
        !"false".equalsIgnoreCase(run.environment().variables().get("PRODIGY_MERGE_ASSIST"))
            && !run.request().flag("PRODIGY_TEST_MODE");
  }

  @Override
  public boolean available() {
    return enabled && !run.stop().raised() && agent().available();
  }

  private AgentCli agent() {
    return run.agents().get(run.agents().nameFor(null));
  }

  @Override
  public boolean resolve(Path worktree, String source, @Nullable String target) {
    String prompt = "/prodigy-merge-worktree " + source + (target == null ? "" : " " + target);
    Path log = LogFiles.agentStream(run.logs(), run.agents().nameFor(null));
    run.reporter().detail("Claude streaming log: " + log);
    var request =
        new AgentRequest(
            List.of(),
            null,
            prompt,
            worktree,
            run.commandEnvironment(),
            LIMIT,
            StepScope.DEFAULT_GRACE,
            log,
            run.environment().masker(),
            _ -> {},
            line -> run.reporter().output(line, true));
    var done = agent().run(request);
    if (!done.success()) {
      run.reporter().warning("Claude did not resolve the merge: " + done.error());
    }
    return done.success();
  }
}
