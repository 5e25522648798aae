package dev.prodigy.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PromptsTest {
  private static final String QUESTION = "Delete 3 sessions (1.20 MB)?";

  @ParameterizedTest
  @ValueSource(strings = {"y\n", "Y\n", "yes\n", " YES \r\n", "y"})
  void onlyYesDestroys(String answer) {
    TestConsole test = terminal(answer);

    assertThat(test.console().prompts().destroy(QUESTION, false)).isTrue();
    assertThat(test.err()).isEqualTo(QUESTION + " [y/N] ");
    assertThat(test.out()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\n", "n\n", "no\n", "yep\n", "1\n"})
  void anythingElseAndTheEndOfInputDoNot(String answer) {
    TestConsole test = terminal(answer);

    assertThat(test.console().prompts().destroy(QUESTION, false)).isFalse();
    assertThat(test.out()).isEqualTo("Cancelled.\n");
  }

  @Test
  void nobodyIsAskedWhoAgreedBefore() {
    TestConsole test = TestConsole.piped();

    assertThat(test.console().prompts().destroy(QUESTION, true)).isTrue();
    assertThat(test.err()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"PRODIGY_AUTO_CONFIRM", "PRODIGY_AUTOMATION"})
  void variablesAgreeToo(String variable) {
    var test = new TestConsole(Terminals.NONE, Map.of(variable, "true"), "");

    assertThat(test.console().prompts().destroy(QUESTION, false)).isTrue();
  }

  @Test
  void aScriptMustAgreeExplicitly() {
    var test = new TestConsole(Terminals.NONE, Map.of(), "y\n");

    assertThatThrownBy(() -> test.console().prompts().destroy(QUESTION, false))
        .isInstanceOf(Prompts.NobodyToAsk.class)
        .hasMessage("refusing to delete without confirmation: stdin is not a terminal; pass --yes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "y\n", "Yes\n"})
  void goingOnIsTheDefaultOfASafeQuestion(String answer) {
    TestConsole test = terminal(answer);

    assertThat(test.console().prompts().proceed("Merge s to main?", false)).isTrue();
    assertThat(test.err()).isEqualTo("Merge s to main? [Y/n] ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "n\n", "no\n", "what\n"})
  void theEndOfInputIsNeverConsent(String answer) {
    assertThat(terminal(answer).console().prompts().proceed("Merge s to main?", false)).isFalse();
  }

  @Test
  void aScriptIsNotAskedWhetherToGoOn() {
    var test = new TestConsole(Terminals.NONE, Map.of(), "y\n");

    assertThat(test.console().prompts().proceed("Merge s to main?", false)).isFalse();
    assertThat(test.err()).isEmpty();
  }

  private static TestConsole terminal(String input) {
    return new TestConsole(Terminals.ALL, Map.of(), input);
  }
}
