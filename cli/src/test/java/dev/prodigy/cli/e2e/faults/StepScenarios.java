package dev.prodigy.cli.e2e.faults;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.e2e.JobHarness;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// `prodigy run` of steps, and of what steps run.
final class StepScenarios {
  private StepScenarios() {}

  /// Of steps that cannot be repeated: what the interrupted one has done is undone first. Of
  /// several sessions the newest a user can resume, which is never a job's that is a step.
  interface OfSteps extends Scenario {
    @Override
    default List<String> command(Bench bench) {
      return Scenarios.run(bench);
    }

    @Override
    default void recover(Bench bench) {
      if (bench.resumable().isEmpty()) {
        Scenarios.finish(bench, bench.path("wf.yml"));
      } else {
        bench.succeed("resume", "-y", "--reset-step");
      }
    }
  }

  record Sequence() implements OfSteps {
    @Override
    public String name() {
      return "sequence";
    }

    @Override
    public void prepare(Bench bench) {
      bench
          .harness()
          .workflow(
              """
              name: sequence
              commands:
                - shell: "echo 1 > one; git add .; git commit -qm one"
                - shell: "echo two"
                  capture_output: word
                - shell: "echo ${word} > two; git add .; git commit -qm ${word}"
                - shell: "cat one two > three; git add .; git commit -qm three"
              """);
    }

    @Override
    public void check(Bench bench) {
      assertThat(bench.work()).containsExactly("one", "three", "two");
      assertThat(bench.harness().repository.fileAt("main", "three")).isEqualTo("1\ntwo\n");
      bench.harness().assertNothingLeft();
    }
  }

  /// A job that is a step of another run.
  record Nested() implements OfSteps {
    @Override
    public String name() {
      return "nested";
    }

    @Override
    public void prepare(Bench bench) {
      Scenarios.go(bench);
      Path job = bench.path("job.yml");
      Scenarios.write(job, JobHarness.read(Scenarios.job(bench)));
      bench
          .harness()
          .workflow(
              """
              name: nested
              workflows:
                fan: {source: %s, outputs: {done: map.successful}}
              commands:
                - shell: "echo 1 > one; git add .; git commit -qm one"
                - workflow: fan
                - shell: "echo ${fan.done} > two; git add .; git commit -qm two"
              """
                  .formatted(job));
    }

    @Override
    public void check(Bench bench) {
      var expected = new ArrayList<>(Bench.workOf(Scenarios.ITEMS));
      expected.addAll(List.of("one", "two"));
      assertThat(bench.work()).containsExactlyInAnyOrderElementsOf(expected);
      JobHarness harness = bench.harness();
      assertThat(harness.repository.fileAt("main", "two")).isEqualTo(Scenarios.ITEMS + "\n");
      for (String job : harness.jobs()) { // a second one, if the work of the first was reset
        assertThat(harness.events(job, "AgentCompleted"))
            .extracting(event -> event.get("item_id").asString())
            .doesNotHaveDuplicates();
        assertThat(harness.deadLetters(job)).isEmpty();
      }
      harness.assertNothingLeft();
    }
  }

  /// Two workflows within a step beside each other, each in a worktree of its own.
  record Beside() implements OfSteps {
    @Override
    public String name() {
      return "beside";
    }

    @Override
    public void prepare(Bench bench) {
      bench
          .harness()
          .workflow(
              """
              name: beside
              workflows:
                left:
                  parallel: true
                  outputs: [word]
                  commands:
                    - shell: "test -e one || { echo 1 > one; git add .; git commit -qm one; }"
                    - shell: "echo said"
                      capture: word
                right:
                  parallel: true
                  commands:
                    - shell: "test -e two || { echo 2 > two; git add .; git commit -qm two; }"
                    - shell: "test -e three || { echo 3 > three; git add .; git commit -qm three; }"
              commands:
                - shell: "test -e four || { echo ${left.word} > four; git add .; git commit -qm four; }"
              """);
    }

    @Override
    public void check(Bench bench) {
      assertThat(bench.work()).containsExactlyInAnyOrder("one", "two", "three", "four");
      assertThat(bench.harness().repository.fileAt("main", "four")).isEqualTo("said\n");
      bench.harness().assertNothingLeft();
    }
  }
}
