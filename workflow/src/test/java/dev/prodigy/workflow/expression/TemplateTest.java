package dev.prodigy.workflow.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.Json;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TemplateTest {
  private final Rendered it = new Rendered();

  @Test
  void capturedJsonIsNavigatedByKeysAndIndexes() {
    it.with("v", "{\"a\":{\"b\":[10,{\"c\":\"z\"}]}}");

    assertThat(it.text("${v.a.b[0]}")).isEqualTo("10");
    assertThat(it.text("${v.a.b.1.c}")).isEqualTo("z");
    assertThat(it.text("${v.a.b[9]:-none}")).isEqualTo("none");
    assertThat(it.text("${v.a}")).isEqualTo("{\"b\":[10,{\"c\":\"z\"}]}");
    assertThat(it.text("${v.a.b['!']:-no}${v.a.b['-1']:-no}")).isEqualTo("nono");
    assertThat(it.text("${v[\"a\"]['b'][1].c}")).isEqualTo("z");
  }

  @Test
  void capturedLinesReadAsAListAndConvert() {
    it.withJson("v", "[\"1\",\"2\"]");

    assertThat(it.text("${v}")).isEqualTo("1, 2");
    assertThat(it.text("${v:json}")).isEqualTo("[\"1\",\"2\"]");
    assertThat(it.text("${v[1]}")).isEqualTo("2");
    assertThat(it.text("${v|length}")).isEqualTo("2");
    assertThat(it.text("${v:lines}")).isEqualTo("1\n2");
    assertThat(it.text("${v:csv}")).isEqualTo("1,2");
    assertThat(it.text("${v|join: - }")).isEqualTo("1 - 2");
    assertThat(it.text("${v|join:'|'|upper}")).isEqualTo("1|2");
    assertThat(it.text("${v|first}${v|last}")).isEqualTo("12");
  }

  @Test
  void gitListsReadWithSpacesAndAreFilteredByGlobs() {
    it.withJson("step.files_added", "[\"specs/a.md\",\"src/b.c\"]")
        .withJson("workflow.files_added", "[\"specs/a.md\",\"src/b.c\"]")
        .withJson("step.commit_count", "1");

    assertThat(it.text("${step.files_added:specs/*.md}")).isEqualTo("specs/a.md");
    assertThat(it.text("${step.files_added:json}")).isEqualTo("[\"specs/a.md\",\"src/b.c\"]");
    assertThat(it.text("${step.files_added:*.md,*.c}")).isEqualTo("specs/a.md src/b.c");
    assertThat(it.text("${step.files_added:*.c:json}")).isEqualTo("[\"src/b.c\"]");
    assertThat(it.text("${step.files_added|pattern:**/*.c|basename}")).isEqualTo("b.c");
    assertThat(it.text("${step.files_added:*/nothing}")).isEmpty();
    assertThat(it.text("${step.commit_count}")).isEqualTo("1");
    assertThat(it.text("${workflow.files_added:csv}")).isEqualTo("specs/a.md,src/b.c");
  }

  @Test
  void resultsOfAJobAreAlwaysJson() {
    it.withJson("map.results", "[{\"item\":\"a\",\"s\":1},{\"item\":\"b\",\"s\":2}]");

    assertThat(it.text("${map.results[*].item}")).isEqualTo("[\"a\",\"b\"]");
    assertThat(it.text("${map.results.1.item} ${map.results[0].s}")).isEqualTo("b 1");
  }

  @Test
  void undefinedReferencesStayOrVanishAndWarn() {
    it.with("v", "{\"a\":1}");

    assertThat(it.text("${x:-d}")).isEqualTo("d");
    assertThat(it.warnings).isEmpty();
    assertThat(it.text("<${v.b}>")).isEqualTo("<>");
    assertThat(it.file("a ${x.y} $x")).isEqualTo("a ${x.y} $x");
    assertThat(it.warnings)
        .containsExactly("Undefined variable: ${v.b}", "Undefined variables: ${x.y}, $x");
  }

  @Test
  void warningsNameTheNearestVariable() {
    it.withJson("item", "{\"name\":1}").with("branch", "b");

    it.text("${item.nmae} $brnch");

    assertThat(it.warnings)
        .containsExactly(
            "Undefined variables: ${item.nmae} (did you mean item.name?),"
                + " $brnch (did you mean branch?)");
  }

  @Test
  void strictRenderingNamesEverythingUndefinedAndNoValues() {
    it.with("token", "s3cret");

    assertThatThrownBy(
            () ->
                Template.parse("a ${x.y} $x ${z:-ok}", Template.Kind.TEXT)
                    .render(it.variables, it.strict()))
        .asInstanceOf(type(EvaluationException.class))
        .satisfies(
            e -> {
              assertThat(e.code()).isEqualTo(ErrorCode.VARIABLE_NOT_FOUND);
              assertThat(e.message()).isEqualTo("Undefined variables: ${x.y}, $x");
              assertThat(e.why()).isEqualTo("available: token (string)");
            });
  }

  @Test
  void defaultsReplaceWhatIsUndefinedNullOrEmpty() {
    it.with("empty", "").withJson("none", "null").with("a", "A").withJson("zero", "0");

    assertThat(it.text("${empty:-1}${none:-2}${x.y:-3}${zero:-4}")).isEqualTo("1230");
    assertThat(it.text("${x:-${empty:-<$a>}}")).isEqualTo("<A>");
    assertThat(it.text("${x|default:${a}|lower}")).isEqualTo("a");
    assertThat(it.text("${x:-it's {fine}}")).isEqualTo("it's {fine}");
    assertThat(it.text("${x:-}|")).isEqualTo("|");
  }

  @Test
  void namesAreMatchedWhole() {
    it.with("ARG", "v").with("ARG_1", "v");

    assertThat(it.text("$ARG_1 $ARG $ARGX $ARG.x")).isEqualTo("v v $ARGX v.x");
  }

  @Test
  void argumentsAreOursInPromptsOnly() {
    it.with("ARG_1", "v");

    assertThat(it.text("$1 ${1} $2 $100 $0")).isEqualTo("v v $2 $100 $0");
    assertThat(it.file("$1 ${1}")).isEqualTo("$1 ${1}");
    assertThat(it.shell("$1 ${1} ${ARG_1}")).isEqualTo("$1 ${1} v");
  }

  @Test
  void aBackslashKeepsADollar() {
    it.withEnvironment("HOME", "/home/u");

    assertThat(it.file("\\$HOME ${HOME}")).isEqualTo("$HOME /home/u");
    assertThat(it.file("C:\\x \\\\ \\${HOME}")).isEqualTo("C:\\x \\\\ ${HOME}");
  }

  @Test
  void whatIsNotOursStaysByteForByte() {
    it.with("v", "x");
    String foreign =
        "${#a[@]} ${v%.rs} ${v:0:3} ${v:+x} ${!v} $$ $? $! $@ $* $# $0 $- ${v/a/b} ${ $";

    assertThat(it.text(foreign)).isEqualTo(foreign);
    assertThat(it.text("$(echo ${v})")).isEqualTo("$(echo x)");
    assertThat(it.text("${v:wrong} ${a || b} ${}")).isEqualTo("${v:wrong} ${a || b} ${}");
  }

  @Test
  void spacesAroundABodyDoNotMatter() {
    it.with("v", "x");

    assertThat(it.text("${ v } ${ v | upper }")).isEqualTo("x X");
  }

  @Test
  void valuesAreNeverReadAsTemplates() {
    it.with("a", "${b} $b").with("b", "no");

    assertThat(it.text("${a}|${x:-$a}")).isEqualTo("${b} $b|${b} $b");
  }

  @Test
  void theLongestDefinedNameWins() {
    it.withJson("shell", "{\"output\":{\"a\":1}}").withJson("shell.output", "{\"b\":2}");

    assertThat(it.text("${shell.output.b}${shell.output.a}")).isEqualTo("2");
  }

  @Test
  void numbersAreShortAndNullIsNothing() {
    it.withJson("v", "[10.0, 1.50, 1e3, 12345678901234567890, true, null, 0.0]");

    assertThat(it.text("${v[0]} ${v[1]} ${v[2]} ${v[3]} ${v[4]} <${v[5]}> ${v[6]}"))
        .isEqualTo("10 1.5 1000 12345678901234567890 true <> 0");
  }

  @Test
  void environmentStandsBehindVariablesAndBeforeProjectVariables() {
    it.withEnvironment("PORT", "9000").withEnvironment("v", "env").with("v", "own");
    it.variables.setLast("PORT", Json.parse("1")).setLast("color", Json.parse("\"red\""));

    assertThat(it.text("/run ${PORT:-8080} $v ${env.v} ${env:PORT} $color <${env.NONE}>"))
        .isEqualTo("/run 9000 own env 9000 red <>");
  }

  @Test
  void aChildLayerHidesAndReveals() {
    Variables child = it.with("a", "outer").with("b", "outer").variables.child();
    child.set("a", "inner");
    Template template = Template.parse("$a $b", Template.Kind.TEXT);

    assertThat(template.render(child, it.options())).isEqualTo("inner outer");
    assertThat(template.render(child.remove("a"), it.options())).isEqualTo("outer outer");
    assertThat(it.text("$a")).isEqualTo("outer");
  }

  @Test
  void functionsAreCalledInTemplates() {
    it.withJson("map.results", "[{\"s\":1},{\"s\":2},{\"s\":4},{\"s\":\"x\"}]");

    assertThat(it.text("${sum(map.results[*].s)} ${median(map.results[*].s)}")).isEqualTo("7 2");
    assertThat(it.text("${count(map.results)} <${variance([])}>")).isEqualTo("4 <>");
    assertThat(it.text("${upper('a}b')} ${concat(['a', 'b'], '-')|upper}")).isEqualTo("A}B A-B");
    assertThat(it.text("${nothing(x)}")).isEqualTo("${nothing(x)}");
  }

  @Test
  void unknownFiltersAndBadCallsAreToldWithTheirPlace() {
    assertThatThrownBy(() -> Template.parse("ab ${v|nope}", Template.Kind.TEXT))
        .asInstanceOf(type(ExpressionException.class))
        .satisfies(
            e -> {
              assertThat(e.message()).isEqualTo("Unknown filter 'nope'");
              assertThat(e.offset()).isEqualTo(7);
              assertThat(e.why()).isEqualTo("ab ${v|nope}\n       ^");
            });
    assertThatThrownBy(() -> Template.parse("x ${length()}", Template.Kind.TEXT))
        .asInstanceOf(type(ExpressionException.class))
        .satisfies(e -> assertThat(e.offset()).isEqualTo(4));
  }

  @Test
  void environmentValuesSpellADollarTwice() {
    it.with("ARG_1", "v");

    assertThat(Template.parse("$$HOME $1", Template.Kind.ENV).render(it.variables, it.options()))
        .isEqualTo("$HOME v");
  }

  @Test
  void referencesAreKnownWithoutRendering() {
    assertThat(
            Template.parse(
                    "${a.b[0]:-$c} ${count(d[*])} ${cmd:echo ${e}} $f \\$g ${h%x}",
                    Template.Kind.TEXT)
                .references())
        .containsExactlyInAnyOrder("a.b.0", "c", "d[*]", "e", "f");
    assertThat(Template.parse("for i in $l; do echo $i; done", Template.Kind.SHELL).references())
        .containsExactly("l");
  }

  @Test
  void aTextThatIsOneReferenceHasATypedValue() {
    it.withJson("v", "[1]");

    assertThat(Template.parse("${v}", Template.Kind.SHELL).onlyValue(it.variables, it.options()))
        .isEqualTo(Json.parse("[1]"));
    assertThat(Template.parse("${v} ", Template.Kind.SHELL).onlyValue(it.variables, it.options()))
        .isNull();
  }

  @Test
  void literalTextIsNotRead() {
    assertThat(Template.literal("$x ${y}").render(it.variables, it.options())).isEqualTo("$x ${y}");
    assertThat(Template.literal("").render(new Variables(), Rendering.plain())).isEmpty();
    assertThat(Map.copyOf(it.environment)).isEmpty();
  }
}
