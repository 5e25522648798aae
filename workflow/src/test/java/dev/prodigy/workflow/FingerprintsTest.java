package dev.prodigy.workflow;

import static dev.prodigy.workflow.Workflows.load;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class FingerprintsTest {

  @Test
  void commentsSpacingQuotesAndKeyOrderDoNotMatter() {
    var plain = load("name: n\ncommands:\n  - shell: make\n    timeout: 5\n  - claude: /x\n");
    var other =
        load(
            """
            # nightly
            commands: [{timeout: 5, 'shell': "make"},
              {claude: /x}]   # two
            name: "n"
            """);

    assertThat(other.hash()).isEqualTo(plain.hash()).matches("sha256:[0-9a-f]{64}");
    assertThat(other.stepHashes()).isEqualTo(plain.stepHashes()).hasSize(2);
  }

  @Test
  void aPlainListIsAWorkflowOfItsCommands() {
    assertThat(load("- shell: a").hash()).isEqualTo(load("commands: [{shell: a}]").hash());
  }

  @Test
  void aChangedStepChangesItsHashOnly() {
    var before = load("- shell: a\n- shell: b\n- shell: c\n");
    var after = load("- shell: a\n- shell: B\n- shell: c\n");

    assertThat(after.hash()).isNotEqualTo(before.hash());
    assertThat(after.stepHashes().get(0)).isEqualTo(before.stepHashes().get(0));
    assertThat(after.stepHashes().get(1)).isNotEqualTo(before.stepHashes().get(1));
    assertThat(after.stepHashes().get(2)).isEqualTo(before.stepHashes().get(2));
  }

  @Test
  void stepsOfAJobAreSetupMapAndReduce() {
    String job =
        """
        name: j
        mode: mapreduce
        setup: {commands: [{shell: s1}, {shell: s2}]}
        map: {input: a.json, max_parallel: 3, agent_template: [{shell: x}]}
        reduce: [{shell: r}]
        """;
    var before = load(job);
    assertThat(before.stepHashes()).hasSize(4);
    assertThat(before.mapHash()).isEqualTo(before.stepHashes().get(2));
    assertThat(load(job.replace("max_parallel: 3", "max_parallel: 9")).mapHash())
        .isEqualTo(before.mapHash());
    assertThat(load(job.replace("a.json", "b.json")).mapHash()).isNotEqualTo(before.mapHash());
    assertThat(load(job.replace("shell: x", "shell: y")).mapHash()).isNotEqualTo(before.mapHash());
    assertThat(load(job.replaceAll("(?m)^setup.*\n", "")).mapHash()).isEqualTo(before.mapHash());
    assertThatThrownBy(() -> load("- shell: a").mapHash())
        .isInstanceOf(IllegalStateException.class);
  }
}
