package dev.prodigy.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.cli.terminal.Style;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HelpTest {

  @ParameterizedTest
  @CsvSource({"program.txt,", "run.txt,run", "events.txt,events", "events-ls.txt,events ls"})
  void helpLooksLikeThis(String file, String path) throws IOException {
    assertThat(help(path == null ? "" : path, 80, Style.PLAIN) + "\n").isEqualTo(golden(file));
  }

  @Test
  void aNarrowTerminalGetsMoreLines() {
    assertThat(help("events ls", 60, Style.PLAIN).lines().mapToInt(String::length))
        .allMatch(length -> length <= 60);
  }

  @Test
  void colourChangesNothingElse() {
    String coloured = help("run", 80, new Style(true, true));

    assertThat(coloured).contains("\u001b[1mOptions:\u001b[0m");
    assertThat(coloured.replaceAll("\u001b\\[[0-9;]*m", ""))
        .isEqualTo(help("run", 80, Style.PLAIN));
  }

  private static String help(String path, int width, Style style) {
    List<String> words = path.isEmpty() ? List.of() : List.of(path.split(" ", -1));
    var withHelp = new java.util.ArrayList<>(words);
    withHelp.add("--help");
    return Help.of(Parser.parse(SampleCommands.program(), withHelp).command(), width, style);
  }

  private static String golden(String file) throws IOException {
    try (InputStream in = HelpTest.class.getResourceAsStream("help/" + file)) {
      assertThat(in).as(file).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }
}
