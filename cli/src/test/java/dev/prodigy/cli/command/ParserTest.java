package dev.prodigy.cli.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.prodigy.cli.terminal.Format;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParserTest {

  @Test
  void optionsAndArgumentsMix() {
    Parsed parsed = parse("run", "--args", "a", "wf.yml", "-y", "b", "--args=c", "d");

    assertThat(parsed.command().path()).isEqualTo("prodigy run");
    assertThat(parsed.get(SampleCommands.WORKFLOW)).isEqualTo("wf.yml");
    assertThat(parsed.get(SampleCommands.MORE)).containsExactly("b", "d");
    assertThat(parsed.get(SampleCommands.ARGS)).containsExactly("a", "c");
    assertThat(parsed.get(SampleCommands.YES)).isTrue();
    assertThat(parsed.get(SampleCommands.DRY_RUN)).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"--job_id j", "--job-id j", "--job_id=j", "--job-id=j"})
  void dashAndUnderscoreAreTheSameInOptionNames(String spelling) {
    Parsed parsed = parse(("events ls " + spelling).split(" ", -1));

    assertThat(parsed.get(SampleCommands.JOB)).contains("j");
  }

  @Test
  void dashAndUnderscoreAreTheSameInSubcommandNames() {
    assertThat(parse("events", "clean_up").command().path()).isEqualTo("prodigy events clean-up");
  }

  @Test
  void underscoresInValuesStay() {
    assertThat(parse("events", "ls", "--job_id=a_b").get(SampleCommands.JOB)).contains("a_b");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-n 5", "-n5", "-n=5", "-yn5", "-yvn 5", "--max-iterations=5"})
  void shortOptionsCarryTheirValueInEveryForm(String spelling) {
    Parsed parsed = parse(("run wf.yml " + spelling).split(" ", -1));

    assertThat(parsed.get(SampleCommands.ITERATIONS)).isEqualTo(5);
  }

  @Test
  void flagsClusterAndCount() {
    Parsed parsed = parse("-v", "run", "wf.yml", "-yvv");

    assertThat(parsed.get(GlobalOptions.VERBOSE)).isEqualTo(3);
    assertThat(parsed.get(SampleCommands.YES)).isTrue();
  }

  @Test
  void twoDashesEndOptions() {
    Parsed parsed = parse("run", "wf.yml", "--", "-y", "--args");

    assertThat(parsed.get(SampleCommands.MORE)).containsExactly("-y", "--args");
    assertThat(parsed.get(SampleCommands.YES)).isFalse();
  }

  @Test
  void aLoneDashIsAnArgument() {
    assertThat(parse("run", "-").get(SampleCommands.WORKFLOW)).isEqualTo("-");
  }

  @Test
  void globalOptionsWorkBeforeAndAfterTheCommand() {
    Parsed parsed = parse("-p", "/tmp", "events", "ls", "--output_format", "CSV");

    assertThat(parsed.get(GlobalOptions.PATH)).contains(Path.of("/tmp"));
    assertThat(parsed.get(GlobalOptions.FORMAT)).contains(Format.CSV);
  }

  @Test
  void formatIsTheOutputFormatUnlessTheCommandHasItsOwn() {
    assertThat(parse("events", "ls", "--format", "json").get(GlobalOptions.FORMAT))
        .contains(Format.JSON);

    Parsed export = parse("events", "export", "--format", "json");
    assertThat(export.get(SampleCommands.FORMAT)).contains("json");
    assertThat(export.get(GlobalOptions.FORMAT)).isEmpty();
  }

  @Test
  void aValueMayStartWithADashUnlessItIsAnOption() {
    assertThat(parse("run", "wf.yml", "--args", "-1").get(SampleCommands.ARGS))
        .containsExactly("-1");
    assertThat(parse("run", "wf.yml", "--args=--yes").get(SampleCommands.ARGS))
        .containsExactly("--yes");
    assertThat(refused("run", "wf.yml", "--args", "--yes").message())
        .isEqualTo("option '--args <VALUE>' needs a value");
  }

  @Test
  void optionsNotGivenHaveTheirDefaults() {
    Parsed parsed = parse("events", "ls");

    assertThat(parsed.get(SampleCommands.LIMIT)).isEqualTo(100);
    assertThat(parsed.get(SampleCommands.JOB)).isEmpty();
    assertThat(parsed.get(GlobalOptions.VERBOSE)).isZero();
  }

  @Test
  void aliasesAndHiddenCommandsAnswer() {
    assertThat(parse("cook", "wf.yml").command().path()).isEqualTo("prodigy run");
    assertThat(parse("secret").command().path()).isEqualTo("prodigy secret");
  }

  @Test
  void helpNeedsNoRequiredArguments() {
    assertThat(parse("run", "--help").get(GlobalOptions.HELP)).isTrue();
    Parsed help = parse("help", "events", "ls");
    assertThat(help.get(GlobalOptions.HELP)).isTrue();
    assertThat(help.command().path()).isEqualTo("prodigy events ls");
  }

  @Test
  void parametersSplitAtTheFirstEqualsSign() {
    assertThat(parse("run", "w", "--param", "a=b=c").get(SampleCommands.PARAMETERS))
        .isEqualTo(List.of(Map.entry("a", "b=c")));
    assertThat(refused("run", "w", "--param", "a").message())
        .isEqualTo("Invalid parameter format: 'a'. Expected KEY=VALUE");
  }

  @Test
  void durationsAreTyped() {
    assertThat(parse("events", "clean-up", "--older_than", "30d").get(SampleCommands.OLDER_THAN))
        .contains(Duration.ofDays(30));
    assertThat(refused("events", "clean-up", "--older-than", "invalid").message())
        .isEqualTo("Invalid duration format: 'invalid' (use e.g. 30d, 12h, 45m)");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "evnts|unrecognized subcommand 'evnts'|did you mean 'events'?",
        "events sl|unrecognized subcommand 'sl'|did you mean 'ls'?",
        "xyz|unrecognized subcommand 'xyz'|",
        "secrt|unrecognized subcommand 'secrt'|",
        "run w --dry|unrecognized option '--dry'|did you mean '--dry-run'?",
        "run w --dryrun|unrecognized option '--dryrun'|did you mean '--dry-run'?",
        "run w --limit 3|unrecognized option '--limit'|",
        "run w -z|unrecognized option '-z'|",
        "events ls --limit x|invalid value 'x' for '--limit <N>': expected a whole number|",
        "events ls --limit -1|invalid value '-1' for '--limit <N>': expected a whole number|",
        "events ls --limit|option '--limit <N>' needs a value|",
        "events ls --limit 1 --limit 2|option '--limit <N>' was given more than once|",
        "events ls --job-id ../x|invalid value '../x' for '--job-id <ID>': expected an id: 1 to"
            + " 128 letters, digits, '.', '_', ':' or '-'|",
        "run w --yes=1|option '--yes' takes no value|",
        "run|the following required arguments were not provided: <WORKFLOW>|",
        "events ls x|unexpected argument 'x'|",
        "events ls -q -v|option '--quiet' cannot be used with '--verbose'|",
        "events ls --json --output-format csv|option '--json' cannot be used with"
            + " '--output-format <FORMAT>'|",
      })
  void mistakesAreNamed(String line, String message, String tip) {
    UsageException refused = refused(line.split(" ", -1));

    assertThat(refused.message()).isEqualTo(message);
    assertThat(refused.tip()).isEqualTo(tip);
  }

  @Test
  void aMistakeKnowsTheCommandAsFarAsItWasRecognised() {
    Command command = refused("events", "ls", "--nope").command();

    assertThat(Help.usage(Objects.requireNonNull(command)))
        .isEqualTo("Usage: prodigy events ls [OPTIONS]");
  }

  @Test
  void onlyWhatWasTypedIsDefined() {
    Command program =
        Command.program(
            "p",
            "",
            p -> {
              GlobalOptions.define(p);
              p.add("one", "", one -> one.runs(_ -> 0));
              p.add(
                  "two",
                  "",
                  _ -> {
                    throw new AssertionError("defined for nothing");
                  });
            });

    assertThat(Parser.parse(program, List.of("one")).command().name()).isEqualTo("one");
  }

  private static Parsed parse(String... words) {
    return Parser.parse(SampleCommands.program(), List.of(words));
  }

  private static UsageException refused(String... words) {
    UsageException refused = catchThrowableOfType(UsageException.class, () -> parse(words));
    assertThat(refused).as(String.join(" ", words)).isNotNull();
    return refused;
  }
}
