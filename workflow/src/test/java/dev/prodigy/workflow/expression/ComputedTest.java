package dev.prodigy.workflow.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ComputedTest {
  @TempDir Path directory;
  private final Rendered it = new Rendered();

  @BeforeEach
  void start() {
    it.cwd = directory;
    it.withEnvironment("PATH", System.getenv("PATH"));
  }

  @Test
  void commandsGiveTheirTrimmedOutput() throws IOException {
    Files.writeString(directory.resolve("f"), "a b\nc d\n");
    it.with("who", "you").withEnvironment("X", "env");

    assertThat(it.text("${cmd:echo hi}")).isEqualTo("hi");
    assertThat(it.text("${cmd:awk '{print $1}' f}")).isEqualTo("a\nc");
    assertThat(it.text("${cmd:echo '}' ${who} $X}")).isEqualTo("} you env");
    assertThat(it.text("${cmd:tr '\\\\0' ' ' < /proc/$$/cmdline; : ${who}}"))
        .as("what everybody can read")
        .contains("PRODIGY_SHELL_TEXT")
        .doesNotContain("you");
    assertThat(it.text("${cmd:pwd -P}")).isEqualTo(directory.toRealPath().toString());
  }

  @Test
  void aFailingCommandFailsTheTextUnlessThereIsADefault() {
    assertThat(it.text("${cmd:exit 3:-none}")).isEqualTo("none");
    assertThat(it.text("${cmd:echo ${NONE:-d}}")).isEqualTo("d");
    assertThatThrownBy(() -> it.text("${cmd:echo bad >&2; exit 3}"))
        .isInstanceOf(EvaluationException.class)
        .hasMessage("Cannot compute ${cmd:echo bad >&2; exit 3}")
        .extracting(e -> ((EvaluationException) e).why())
        .isEqualTo("exit code 3: bad");
  }

  @Test
  void filesAndCommandsAreReadOncePerStep() throws IOException {
    Path file = Files.writeString(directory.resolve("f.txt"), "one\n\n");
    Rendering step = it.options();
    Template template = Template.parse("${file:f.txt}${cmd:cat f.txt}", Template.Kind.TEXT);

    assertThat(template.render(it.variables, step)).isEqualTo("oneone");
    Files.writeString(file, "two");
    assertThat(template.render(it.variables, step)).isEqualTo("oneone");
    assertThat(template.render(it.variables, it.options())).isEqualTo("twotwo");
  }

  @Test
  void aMissingFileFailsTheTextUnlessThereIsADefault() {
    assertThat(it.text("${file:none:-d}")).isEqualTo("d");
    assertThatThrownBy(() -> it.text("${file:none}"))
        .isInstanceOf(EvaluationException.class)
        .hasMessage("Cannot compute ${file:none}");
  }

  @Test
  void aDryRunRunsNothing() {
    String text =
        Template.parse("${cmd:touch f} $x", Template.Kind.TEXT)
            .render(it.with("x", "1").variables, it.options().dryRun());

    assertThat(text).isEqualTo("${cmd:touch f} 1");
    assertThat(directory).isEmptyDirectory();
  }

  @Test
  void jsonIsReadFromVariablesAndFiles() throws IOException {
    Files.writeString(directory.resolve("d.json"), "{\"a\":[1,{\"b\":2}]}");
    it.with("v", "{\"a\":[1,{\"b\":3}]}");

    assertThat(it.text("${json:a[1].b:from:v} ${json:$.a.1.b:v} ${json:a[1].b:d.json}"))
        .isEqualTo("3 3 2");
    assertThat(it.text("${json:a.x:from:v:-none}")).isEqualTo("none");
  }

  @Test
  void everyReferenceToUuidIsNew() {
    String[] ids = it.text("${uuid} ${uuid}").split(" ", -1);

    assertThat(ids).hasSize(2).doesNotHaveDuplicates();
    assertThat(ids[0])
        .matches("[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}");
  }

  @Test
  void datesFollowStrftime() {
    ZonedDateTime time = ZonedDateTime.of(2025, 3, 9, 7, 5, 2, 120_000_000, ZoneId.of("UTC"));

    assertThat(DateFormat.format("%Y-%m-%d %H:%M:%S %F %T %y %j %f %%", time))
        .isEqualTo("2025-03-09 07:05:02 2025-03-09 07:05:02 25 068 120000000 %");
    assertThat(DateFormat.format("%a %A %b %B %z %Z %s %q %", time))
        .isEqualTo("Sun Sunday Mar March +0000 UTC 1741503902 %q %");
    assertThat(it.text("${date:%Y}"))
        .isEqualTo(Integer.toString(ZonedDateTime.now(ZoneId.systemDefault()).getYear()));
  }
}
