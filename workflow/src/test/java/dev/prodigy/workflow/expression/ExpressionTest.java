package dev.prodigy.workflow.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import dev.prodigy.model.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class ExpressionTest {
  private static final JsonNode ITEM =
      Json.parse(
          "{\"priority\":5,\"tags\":[\"a\",\"b\",\"c\"],\"name\":\"x && y\",\"n\":2,"
              + "\"none\":null,\"o\":{\"k\":1}}");

  private final Variables variables = new Variables();

  private boolean filter(String source) {
    return Expression.parse(source, Expression.Dialect.FILTER).testItem(ITEM, 3, variables);
  }

  private boolean when(String source) {
    return Expression.parse(source, Expression.Dialect.WHEN).test(variables);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "priority == 5",
        "priority == 5.0",
        "length(tags) == 3",
        "length(tags, 3)",
        "name == 'x && y'",
        "n in [1,2]",
        "n not in [1, 3]",
        "!is_null(n) && priority > 4",
        "tags[0] = 'a'",
        "tags[0] in ['x','a']",
        "tags[0] == a",
        "missing == null",
        "none == null",
        "none == @.missing",
        "is_null(none)",
        "!is_null(missing)",
        "exists(none) && none.exists && !exists(missing) && !missing.exists",
        "\"b\" in tags",
        "matches(name, '^x.{1,4}y$')",
        "name matches '&+'",
        "item.priority == 5 && @.priority == 5 && $.priority == 5",
        "item.o.k = 1 and o contains k AND contains(tags, 'c')",
        "name starts_with x and endsWith(name, \"y\")",
        "_index == 3 && _value.n == 2 && @.n == 2",
        "o.k != 2",
        "upper(tags[1]) == B",
        "default(missing, other) == other",
        "sum([1, 2, n]) == 5",
        "missing != 1",
        "tags == ['a', 'b', 'c']",
        "is_array(tags) && is_object(o) && is_number(n) && is_string(name) && !is_bool(n)",
        "not (n == 3) && (n == 2 || missing)",
      })
  void holdsForTheItem(String source) {
    assertThat(filter(source)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "missing > 0",
        "priority > 4 and n > 9",
        "not (n == 2)",
        "priority == '5'",
        "name > 3",
        "tags > 1",
        "n matches '2'",
        "name in 'x'",
        "missing",
        "none",
        "o.k == o",
      })
  void doesNotHoldForTheItem(String source) {
    assertThat(filter(source)).isFalse();
  }

  @Test
  void scalarItemsAreReachedAsItem() {
    Expression filter = Expression.parse("item starts_with a || @ == 7", Expression.Dialect.FILTER);

    assertThat(filter.testItem(Json.parse("\"ab\""), 0, variables)).isTrue();
    assertThat(filter.testItem(Json.parse("7"), 0, variables)).isTrue();
    assertThat(filter.testItem(Json.parse("\"b\""), 0, variables)).isFalse();
  }

  @Test
  void aFieldCalledItemWins() {
    JsonNode item = Json.parse("{\"item\":{\"a\":1},\"a\":2,\"b\":3}");
    Expression filter =
        Expression.parse("item.a == 1 && a == 2 && item.b == 3", Expression.Dialect.FILTER);

    assertThat(filter.testItem(item, 0, variables)).isTrue();
  }

  @Test
  void filtersReachVariablesInBraces() {
    variables.set("limit", "5").set("name", "zz");

    assertThat(filter("priority >= ${limit}")).isTrue();
    assertThat(filter("priority >= $limit && name != ${name}")).isTrue();
    assertThat(filter("priority > ${limit}")).isFalse();
  }

  @Test
  void capturedTextsCountAsNumbersAndBools() {
    variables
        .set("n", "5")
        .set("flag", "true")
        .set("a.exit_code", 1)
        .set("b.success", true)
        .set("branch", "main");

    assertThat(when("${n} == 5 && n > 4 && n < 5.5 && n in [5]")).isTrue();
    assertThat(when("${flag} == true && flag && flag != false")).isTrue();
    assertThat(when("${a.exit_code != 0 && b.success}")).isTrue();
    assertThat(when("${branch} == 'main'")).isTrue();
    assertThat(when("branch == main")).isTrue();
    assertThat(when("branch == other")).isFalse();
    assertThat(when("${nothing:-x} == x and ${branch|upper} == MAIN")).isTrue();
    assertThat(when("branch contains ai OR false")).isTrue();
    assertThat(when("nothing")).isFalse();
    assertThat(when("nothing.at.all == null")).isTrue();
    assertThat(when("branch.exists && !nothing.exists")).isTrue();
  }

  @Test
  void conditionsSeeTheEnvironment() {
    Rendered it = new Rendered().withEnvironment("CI", "true");

    assertThat(
            Expression.parse(
                    "CI && env.CI == true && ${NO:-false} == false", Expression.Dialect.WHEN)
                .test(it.variables, it.options()))
        .isTrue();
    assertThat(Expression.parse("${CI:-false}", Expression.Dialect.WHEN).test(it.variables))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "0, false",
    "'\"\"', false",
    "'\"false\"', false",
    "'\"0\"', false",
    "[], false",
    "null, false",
    "0.0, false",
    "'\"no\"', true",
    "[0], true",
    "-1, true"
  })
  void truthOfValues(String json, boolean expected) {
    variables.set("v", Json.parse(json));

    assertThat(when("v")).isEqualTo(expected);
  }

  @Test
  void andBindsTighterThanOr() {
    variables.set("a", true).set("b", false).set("c", false);

    assertThat(when("a || b && c")).isTrue();
    assertThat(when("(a || b) && c")).isFalse();
    assertThat(when("!a == b")).isEqualTo(when("not a == b")).isEqualTo(when("!(a == b)"));
    assertThat(when("!c && a")).isTrue();
    assertThat(when("!!a")).isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      value = {
        "a == 1 junk # 7",
        "a < b < c # 6",
        "(a # 2",
        "a & # 2",
        "nope(a) # 0",
        "length() # 0",
        "is_null(a, b) # 0",
        "a == 'x # 5",
        "a matches '(' # 10",
        "a == # 4",
        "[1, 2 # 5",
        "1x # 0",
        "a ~ b # 2",
        "~~ # 0",
        "${a # 0",
        "a == ${b ? c} # 9",
        "{} # 0"
      })
  void mistakesAreFoundAtOnceWithTheirPlace(String source, int offset) {
    String text = source == null ? "" : source;
    assertThatThrownBy(() -> Expression.parse(text, Expression.Dialect.WHEN))
        .asInstanceOf(type(ExpressionException.class))
        .satisfies(e -> assertThat(e.offset()).isEqualTo(offset));
  }

  @Test
  void deepNestingIsAnErrorAndLongChainsAreNot() {
    assertThatThrownBy(() -> when("(".repeat(5000) + "a" + ")".repeat(5000)))
        .isInstanceOf(ExpressionException.class);
    assertThat(when("a == 1 || ".repeat(5000) + "1 == 1")).isTrue();
    assertThat(when("!".repeat(5000) + "true")).isTrue();
  }

  @Test
  void runawayPatternsEndWithAWarning() {
    Rendered it = new Rendered().with("text", "a".repeat(4000)).with("re", "(a*)*(a*)*(a*)*b");

    assertThat(
            Expression.parse("matches(text, ${re})", Expression.Dialect.WHEN)
                .test(it.variables, it.options()))
        .isFalse();
    assertThat(it.warnings).hasSize(1);
  }

  @Test
  void badComputedPatternsAreFalseWithAWarning() {
    Rendered it = new Rendered().with("re", "(");

    assertThat(
            Expression.parse("'a' matches re", Expression.Dialect.WHEN)
                .test(it.variables, it.options()))
        .isFalse();
    assertThat(it.warnings).containsExactly("Bad pattern '(': Unclosed group");
  }

  @Test
  void expressionsHaveValuesAndReferences() {
    variables.set("xs", Json.parse("[3,1]"));
    Expression expression = Expression.parse("sort(xs)", Expression.Dialect.WHEN);

    assertThat(expression.evaluate(variables)).isEqualTo(Json.parse("[1,3]"));
    assertThat(expression.source()).isEqualTo("sort(xs)");
    assertThat(Expression.parse("a.b && ${c.d:-$e} == f", Expression.Dialect.WHEN).references())
        .containsAll(List.of("a.b", "c.d", "e"));
    assertThat(Expression.parse("nothing", Expression.Dialect.WHEN).evaluate(variables).isNull())
        .isTrue();
  }
}
