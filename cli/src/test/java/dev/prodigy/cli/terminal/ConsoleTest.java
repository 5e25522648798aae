package dev.prodigy.cli.terminal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConsoleTest {

  @ParameterizedTest
  @CsvSource({
    "AUTO,true,TERM=xterm,true",
    "AUTO,false,TERM=xterm,false",
    "AUTO,true,TERM=dumb,false",
    "AUTO,true,NO_COLOR=1,false",
    "AUTO,true,NO_COLOR=,true",
    "AUTO,false,FORCE_COLOR=1,true",
    "AUTO,false,CLICOLOR_FORCE=0,false",
    "AUTO,true,CLICOLOR=0,false",
    "ALWAYS,false,NO_COLOR=1,true",
    "NEVER,true,FORCE_COLOR=1,false"
  })
  void colourFollowsTheOptionThenTheVariablesThenTheTerminal(
      ColorMode mode, boolean terminal, String variable, boolean colored) {
    String[] parts = variable.split("=", -1);

    assertThat(mode.colors(terminal, Map.of(parts[0], parts[1]))).isEqualTo(colored);
  }

  @Test
  void forcingColourOutranksSwitchingItOff() {
    assertThat(ColorMode.AUTO.colors(false, Map.of("CLICOLOR_FORCE", "1", "CLICOLOR", "0")))
        .isTrue();
    assertThat(ColorMode.AUTO.colors(true, Map.of("NO_COLOR", "1", "FORCE_COLOR", "1"))).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "LC_ALL=C;LANG=en_US.UTF-8,false", "LC_CTYPE=C.UTF-8;LANG=C,true", "LANG=de_DE.utf8,true",
    "LANG=C,false", "X=1,false", "LC_ALL=;LANG=C.UTF-8,true"
  })
  void signsNeedATerminalWithAUtf8Locale(String variables, boolean unicode) {
    var env = new HashMap<String, String>();
    for (String variable : variables.split(";", -1)) {
      env.put(variable.split("=", -1)[0], variable.split("=", -1)[1]);
    }

    assertThat(new TestConsole(Terminals.ALL, env, "").console().outStyle().unicode())
        .isEqualTo(unicode);
    assertThat(new TestConsole(Terminals.NONE, env, "").console().outStyle().unicode()).isFalse();
  }

  @Test
  void theStreamsAreJudgedSeparately() {
    var test = new TestConsole(new Terminals(true, false, true), Map.of("LANG", "C.UTF-8"), "");

    assertThat(test.console().outStyle()).isEqualTo(new Style(false, false));
    assertThat(test.console().errStyle()).isEqualTo(new Style(true, true));
  }

  @Test
  void quietLeavesErrorsAndAnswers() {
    TestConsole test = TestConsole.piped();
    test.console().beQuiet();

    test.console().note("a note");
    test.console().warn("a warning");
    test.console().error("an error");
    test.console().print("the answer");

    assertThat(test.err()).isEqualTo("an error\n");
    assertThat(test.out()).isEqualTo("the answer\n");
  }

  @Test
  void whatIsSaidFollowsTheLevel() {
    for (Logging.Level least : Logging.Level.values()) {
      TestConsole test = TestConsole.piped();
      test.console().logs(new Logging(least, false));

      test.console().detail("a detail");
      test.console().warn("a warning");
      test.console().error("an error");

      String all = "a detail\nwarning: a warning\nan error\n";
      assertThat(test.err())
          .isEqualTo(
              switch (least) {
                case TRACE, DEBUG -> all;
                case INFO, WARN -> all.substring("a detail\n".length());
                case ERROR -> "an error\n";
              });
    }
  }

  @Test
  void asJsonALineHasNoColourAndNoBreak() {
    var test = new TestConsole(Terminals.ALL, Map.of("TERM", "xterm"), "");
    test.console().logs(new Logging(Logging.Level.WARN, true));

    test.console().warn("a \"warning\"");
    test.console().error("an error\n  hint: none");
    test.console().error("");

    assertThat(test.err().replaceAll("\\d{4}-[^Z]*Z", "T"))
        .isEqualTo(
            """
            {"timestamp":"T","level":"warn","message":"a \\"warning\\""}
            {"timestamp":"T","level":"error","message":"an error\\n  hint: none"}
            """);
  }

  @Test
  void whatWasSaidFirstAppearsFirst() {
    var both = new ByteArrayOutputStream();
    var console =
        new Console(new ByteArrayInputStream(new byte[0]), both, both, Terminals.NONE, Map.of());

    console.print("first");
    console.error("second");
    console.print("third");
    console.flush();

    assertThat(both.toString(StandardCharsets.UTF_8)).isEqualTo("first\nsecond\nthird\n");
  }

  @Test
  void anAnswerOfAnySizeArrivesWhole() {
    TestConsole test = TestConsole.piped();
    String big = "0123456789abcdef".repeat(3000);

    test.console().print("a");
    test.console().print(big);
    test.console().print("ü€😀");

    assertThat(test.out()).isEqualTo("a\n" + big + "\nü€😀\n");
  }

  @Test
  void aReaderThatLeavesEndsTheCommand() {
    Console console = console(failing("Broken pipe"));
    console.print("x");

    assertThatThrownBy(console::flush).isInstanceOf(Output.ReaderGone.class);
    assertThatThrownBy(
            () -> {
              console.print("y");
              console.flush();
            })
        .isInstanceOf(Output.ReaderGone.class);
  }

  @Test
  void liveWorkGoesOnWithoutAReader() {
    Console console = console(failing("Broken pipe"));
    console.out().live();

    console.print("x");
    console.print("y");
    console.flush();
  }

  @Test
  void aFullDiskIsAnError() {
    Console console = console(failing("No space left on device"));
    console.print("x");

    assertThatThrownBy(console::flush)
        .isInstanceOf(Output.Unwritable.class)
        .hasMessage("No space left on device");
  }

  private static Console console(OutputStream out) {
    return new Console(
        new ByteArrayInputStream(new byte[0]),
        out,
        new ByteArrayOutputStream(),
        Terminals.NONE,
        Map.of());
  }

  private static OutputStream failing(String message) {
    return new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException(message);
      }
    };
  }
}
