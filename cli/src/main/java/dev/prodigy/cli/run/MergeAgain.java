package dev.prodigy.cli.run;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.engine.FinalStage;
import dev.prodigy.engine.MergeDecision;
import dev.prodigy.engine.MergeRetry;
import dev.prodigy.engine.RunRequest;
import dev.prodigy.engine.StopSignal;
import dev.prodigy.git.Repository;
import dev.prodigy.model.SessionId;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `prodigy worktree merge` for sessions whose workflow says itself how they are merged.
public final class MergeAgain {
  private MergeAgain() {}

  /// @param target null = the branch the session came from
  /// @return whether it worked; empty if the session is merged in the ordinary way
  public static Optional<Boolean> byOwnSteps(
      Invocation call, Repository repository, String session, @Nullable String target) {
    var stop = new StopSignal();
    try (var console = new RunConsole(call.console(), call.verbosity(), call.env());
        var _ = RunSession.stoppedBySignals(call, stop)) {
      var request =
          new RunRequest(
              Workspace.store(call),
              repository,
              null,
              call.env(),
              Map.of(),
              null,
              List.of(),
              true,
              (_, _) -> MergeDecision.Answer.YES,
              console,
              stop,
              InstantSource.system());
      return MergeRetry.of(request, new SessionId(session))
          .map(retry -> retry.run(target) != FinalStage.Result.FAILED);
    }
  }
}
