package dev.prodigy.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.workflow.migrate.Migration;
import org.junit.jupiter.api.Test;

/// Old spellings become today's; comments, order and quotes stay.
class MigrationTest {

  private static String migrated(String text) {
    Migration.Result result = Migration.of(text, "w.yml");
    assertThat(result.failure()).isNull();
    assertThat(Migration.of(result.text(), "w.yml").text())
        .as("once is enough")
        .isEqualTo(result.text());
    assertThat(WorkflowLoader.check(result.text(), "w.yml").loaded()).isNotNull();
    return result.text();
  }

  @Test
  void testsBecomeShellStepsWithTheirComments() {
    assertThat(
            migrated(
                """
                # All of it
                steps:   # the list
                  - name: "Tests"   # label
                    test:  # old
                      # what is run
                      command: "just test"   # by hand
                      on_failure:
                        claude: '/fix'   # agent
                        max_retries: 2
                    timeout: 5m
                  - test: 'a "b"'
                  - {test: {command: c, on_failure: {claude: /d}}, timeout: 3}
                  - test: {command: "e", on_failure: {shell: f}}
                """))
        .isEqualTo(
            """
            # All of it
            commands:   # the list
              - name: "Tests"   # label
                # old
                # what is run
                shell: "just test"   # by hand
                on_failure:
                  claude: '/fix'   # agent
                  max_attempts: 2
                timeout: 5m
              - shell: 'a "b"'
              - {shell: c, on_failure: {claude: /d}, timeout: 3}
              - shell: "e"
                on_failure: {shell: f}
            """);
  }

  @Test
  void agentCommandsInTheirOlderFormsAreWrittenOut() {
    assertThat(
            migrated(
                """
                - "prodigy-lint --fix"   # first
                - /prodigy-x
                - name: prodigy-review
                  args: [a, "$ARG"]   # who
                  options:
                    focus: perf
                    fix: true
                  id: review
                - {name: y, args: [b], options: {c: d}, commit_required: true}
                - name: label
                  shell: "true"
                  on_failure: [retry-me, "/fix"]
                """))
        .isEqualTo(
            """
            - claude: "/prodigy-lint --fix"   # first
            - claude: "/prodigy-x"
            - claude: "/prodigy-review a $ARG --focus perf --fix"
              # who
              id: review
            - {claude: "/y b --c d", commit_required: true}
            - name: label
              shell: "true"
              on_failure: [retry-me, "/fix"]
            """);
  }

  @Test
  void retryOriginalBecomesANumber() {
    assertThat(
            migrated(
                """
                - shell: a
                  on_failure:
                    claude: /b
                    retry_original: true
                - shell: a
                  on_failure:
                    claude: /b
                    max_attempts: 3
                    retry_original: false   # not again
                    fail_workflow: true
                - shell: a
                  on_failure: {claude: /b, max_retries: 3, retry_original: true}
                - shell: a
                  validate:
                    command: check   # old
                    threshold: 90
                    on_incomplete: ["make more"]
                """))
        .isEqualTo(
            """
            - shell: a
              on_failure:
                claude: /b
                max_attempts: 1
            - shell: a
              on_failure:
                claude: /b
                max_attempts: 0
                # not again
                fail_workflow: true
            - shell: a
              on_failure: {claude: /b, max_attempts: 3}
            - shell: a
              validate:
                shell: check   # old
                threshold: 90
                on_incomplete: ["make more"]
            """);
  }

  @Test
  void nestedCommandsOfJobsBecomeLists() {
    assertThat(
            migrated(
                """
                name: j
                mode: mapreduce
                map:
                  input: "items.json"
                  timeout_per_agent: 60
                  retry_on_failure: 2   # twice
                  agent_template:
                    commands:   # per item
                      - claude: "/x ${item}"
                reduce:
                  commands:
                    - shell: "ls"
                """))
        .isEqualTo(
            """
            name: j
            mode: mapreduce
            map:
              input: "items.json"
              agent_timeout_secs: 60
              error_policy: {on_item_failure: retry, retry_config: {attempts: 3}}   # twice
              agent_template:
                   # per item
                  - claude: "/x ${item}"
            reduce:
                - shell: "ls"
            """);
    assertThat(
            migrated(
                """
                name: j
                mode: mapreduce
                map: {input: a.json, agent_template: {commands: [{shell: b}]}}
                reduce: {commands: [{shell: c}], timeout: 30}
                """))
        .contains("agent_template: [{shell: b}]")
        .contains("reduce: {commands: [{shell: c}], timeout: 30}");
  }

  @Test
  void templatesAndWorkflowsWithinAreReached() {
    assertThat(
            migrated(
                """
                templates:   # for `use`
                  check:
                    - test: "just test"   # by hand
                      on_failure:
                        claude: '/fix'
                        max_retries: 2   # twice
                    - /prodigy-x
                    - only a shell knows   # in a handler
                  push:
                    parameters: {required: [where]}
                    steps: [{test: "push ${where}"}]   # `steps` is the word here
                workflows:
                  unit:
                    # its steps
                    steps:
                      - "prodigy-lint"
                      - test:
                          command: "make"   # all
                    outputs: [done]
                commands:
                  - use: check
                  - {use: push, with: {where: eu}}
                """))
        .isEqualTo(
            """
            templates:   # for `use`
              check:
                - shell: "just test"   # by hand
                  on_failure:
                    claude: '/fix'
                    max_attempts: 2   # twice
                - claude: "/prodigy-x"
                - only a shell knows   # in a handler
              push:
                parameters: {required: [where]}
                steps: [{shell: "push ${where}"}]   # `steps` is the word here
            workflows:
              unit:
                # its steps
                commands:
                  - claude: "/prodigy-lint"
                  - shell: "make"   # all
                outputs: [done]
            commands:
              - use: check
              - {use: push, with: {where: eu}}
            """);
    assertThat(
            migrated(
                """
                sub_workflows:
                  - name: one
                    steps: [{test: a}, {workflow: two}]
                    workflows: {two: {steps: [{test: {command: b}}]}}
                """))
        .isEqualTo(
            """
            sub_workflows:
              - name: one
                commands: [{shell: a}, {workflow: two}]
                workflows: {two: {commands: [{shell: b}]}}
            """);
    assertThat(
            Migration.of(
                    """
                    workflows:
                      job:
                        mode: mapreduce
                        map: {input: i, timeout_per_agent: 60, agent_template: {commands: [/a]}}
                      elsewhere: {source: flows/other.yml}
                    commands: [{workflow: job}]
                    """,
                    "w.yml")
                .text())
        .contains("map: {input: i, agent_timeout_secs: 60, agent_template: [claude: \"/a\"]}")
        .contains("elsewhere: {source: flows/other.yml}");
  }

  @Test
  void aWorkflowWithinAConfigurationFileIsBroughtUpToDateToo() {
    assertThat(
            migrated(
                """
                log_level: debug   # of the tool
                workflow:
                  # all of it
                  steps:
                    - "prodigy-lint"   # first
                    - test: {command: make}
                """))
        .isEqualTo(
            """
            log_level: debug   # of the tool
            workflow:
              # all of it
              commands:
                - claude: "/prodigy-lint"   # first
                - shell: make
            """);
    assertThat(migrated("workflow: [{test: a}]\n")).isEqualTo("workflow: [{shell: a}]\n");
  }

  @Test
  void todaysFilesKeepEveryByteAndDoubtfulOnesAreLeftAlone() {
    String fine =
        "\uFEFF# x\r\ncommands:\r\n  - shell: \"a\"   # b\r\n    on_failure: {claude: /x, max_attempts: 2}\r\n\r\n";
    assertThat(Migration.of(fine, "w.yml").text()).isEqualTo(fine);
    assertThat(
            Migration.of("- test: {command: a, on_failure: b}\n  on_failure: c\n", "w.yml")
                .failure())
        .isEqualTo("w.yml:1:9: `test` and its step have an `on_failure` each: leave one of them");
    assertThat(Migration.of("- shell: [\n", "w.yml").failure()).startsWith("w.yml:");
    assertThat(migrated("# \uD83D\uDE00\nsteps:\n  - test: \"\uD83D\uDE00\" # \uD83D\uDE00\n"))
        .isEqualTo("# \uD83D\uDE00\ncommands:\n  - shell: \"\uD83D\uDE00\" # \uD83D\uDE00\n");
  }
}
