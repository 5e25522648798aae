package dev.prodigy.engine;

import dev.prodigy.agent.AgentEvent;
import dev.prodigy.agent.OutputLine;
import dev.prodigy.agent.SecretMasker;
import dev.prodigy.workflow.Step;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/// Tells a person what steps do. Others build on it to leave traces elsewhere as well.
public class ReportingObserver implements StepObserver {
  private final RunReporter reporter;
  private final SecretMasker masker;

  public ReportingObserver(RunReporter reporter, SecretMasker masker) {
    this.reporter = reporter;
    this.masker = masker;
  }

  @Override
  public void retrying(Step step, int attempt, int max, Duration delay, String error) {
    reporter.info("Command failed (attempt %d/%d): %s".formatted(attempt - 1, max, error));
    reporter.info(
        "Retrying %s (attempt %d/%d) after %ss"
            .formatted(masker.mask(step.display()), attempt, max, RetryLoop.shown(delay)));
  }

  @Override
  public void agent(Step step, AgentEvent event, @Nullable Path log) {
    if (event instanceof AgentEvent.SessionStarted && log != null) {
      reporter.detail("Claude streaming log: " + log);
    }
  }

  @Override
  public boolean wantsOutput() {
    return reporter.wantsOutput();
  }

  @Override
  public void output(Step step, OutputLine line) {
    reporter.output(line, step.command().isAgent());
  }

  @Override
  public void info(String text) {
    reporter.info(text);
  }

  @Override
  public void warning(String text) {
    reporter.warning(text);
  }

  @Override
  public void note(String text) {
    reporter.info(text);
  }

  @Override
  public void detail(String text) {
    reporter.detail(text);
  }
}
