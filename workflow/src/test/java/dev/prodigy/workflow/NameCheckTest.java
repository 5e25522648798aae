package dev.prodigy.workflow;

import static dev.prodigy.workflow.Workflows.causes;
import static dev.prodigy.workflow.Workflows.remarks;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/// Names in the wrong place and names that nobody defines.
class NameCheckTest {

  private static List<String> undefined(String text) {
    return WorkflowLoader.checkNames(text, "w.yml", Set.of("HOME", "team")).problems().stream()
        .map(Problem::toString)
        .toList();
  }

  @Test
  void variablesOfAnotherPhaseAreErrorsAtTheirPlace() {
    assertThat(causes("- claude: \"/x ${map.total}\"\n"))
        .containsExactly(
            "1:15 step 1 (`claude: /x ${map.total}`): field `claude`: `${map.total}`: the map's"
                + " results are there only in `reduce` and `merge` of a MapReduce workflow");
    assertThat(causes("- shell: a\n  when: \"merge.worktree == 'x'\"\n").getFirst())
        .startsWith("2:10 ")
        .contains("only in `merge`");
    assertThat(
            causes(
                """
                name: j
                mode: mapreduce
                setup:
                  - shell: "ls ${item.path}"
                map:
                  input: a.json
                  agent_template:
                    - claude: "/fix ${item.path} ${map.total}"
                reduce:
                  - claude: "/sum ${map.total} ${item.path} ${merge.worktree}"
                merge:
                  - claude: "/merge ${merge.worktree} ${map.total} ${item.path}"
                """))
        .hasSize(5)
        .anyMatch(text -> text.startsWith("4:16 ") && text.contains("${item.path}"))
        .anyMatch(text -> text.startsWith("8:34 ") && text.contains("${map.total}"))
        .anyMatch(text -> text.startsWith("10:32 ") && text.contains("${item.path}"))
        .anyMatch(text -> text.startsWith("10:45 ") && text.contains("${merge.worktree}"))
        .anyMatch(text -> text.startsWith("12:52 ") && text.contains("${item.path}"));
  }

  @Test
  void placesInBlocksOfLinesAreExact() {
    assertThat(causes("- shell: |\n    echo a\n    echo ${map.total}\n").getFirst())
        .startsWith("3:10 ");
  }

  @Test
  void ownNamesDefaultsAndTheShellsNamesAreFine() {
    assertThat(
            remarks(
                """
                - shell: "for item in a; do echo $item; done; echo ${map:-x} $map"
                - foreach: [a, b]
                  do:
                    - claude: "/x ${item} ${index} ${item.name}"
                - claude: "/x ${map.total:-0}"
                """))
        .isEmpty();
    assertThat(remarks("env: {map: x}\nsteps:\n  - claude: '/x ${map}'\n")).isEmpty();
    assertThat(remarks("- shell: a\n  id: map\n- claude: '/x ${map.output}'\n"))
        .containsExactly(
            "2:7 warning: step 1 (`shell: a`): field `id`:"
                + " `map` hides the built-in variable of that name");
  }

  @Test
  void whatNoStepDefinedBeforeIsAWarningForThoseWhoKnowTheOutside() {
    assertThat(
            undefined(
                """
                env: {TARGET: x}
                commands:
                  - claude: "/a ${TARGET} ${HOME} ${team.lead} ${ARG_1} ${brnch} $1"
                  - shell: "git branch | grep ${brnch.x}; echo $LATER ${LATER}"
                    capture_output: branch
                  - claude: "/b ${branch} ${last.output} ${error.message}"
                    when: "branch == done"
                    on_failure: {claude: "/c ${error.message}"}
                """))
        .containsExactly(
            "w.yml:3:57: step 1 (`claude: /a ${TARGET} ${HOME} ${team.lead} ${ARG_1} ${brnch} ...`)"
                + ": field `claude`: `brnch` is not defined by any step before this one",
            "w.yml:4:31: step 2 (`shell: git branch | grep ${brnch.x}; echo $LATER ${LATER}`): field"
                + " `shell`: `brnch.x` is not defined by any step before this one",
            "w.yml:6:42: step 3 (`claude: /b ${branch} ${last.output} ${error.message}`): field"
                + " `claude`: `error.message` is not defined by any step before this one",
            "w.yml:7:22: step 3 (`claude: /b ${branch} ${last.output} ${error.message}`): field"
                + " `when`: `done` is not defined by any step before this one");
    assertThat(undefined("- shell: a\n  capture_output: branch\n- claude: '/x ${brnch}'\n"))
        .singleElement()
        .asString()
        .endsWith(", did you mean `branch`?");
    assertThat(undefined("- shell: 'echo a=1 >> $PRODIGY_OUTPUT'\n- claude: '/x ${a}'\n"))
        .isEmpty();
    assertThat(remarks("- claude: '/x ${whatever}'\n")).isEmpty();
  }

  @Test
  void validationAndItemsAreThereWhereTheyBelong() {
    assertThat(
            undefined(
                """
                name: j
                mode: mapreduce
                setup:
                  commands:
                    - shell: "make list"
                      capture_output: listed
                  capture_outputs: {COUNT: 0}
                map:
                  input: "${listed}"
                  agent_template:
                    - claude: "/fix ${item.path} ${COUNT} ${listed} ${item_id}"
                      id: fix
                      validate:
                        claude: "/check"
                        on_incomplete: {claude: "/more ${validation.gaps:json}"}
                reduce:
                  - claude: "/sum ${map.results:json} ${COUNT} ${fix.output}"
                    capture_output: summary
                merge:
                  - claude: "/merge ${merge.worktree} ${summary} ${reduce.output}"
                """))
        .singleElement()
        .asString()
        .contains("`fix.output` is not defined");
  }
}
