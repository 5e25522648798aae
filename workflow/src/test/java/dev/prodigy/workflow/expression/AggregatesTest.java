package dev.prodigy.workflow.expression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.Json;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AggregatesTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '#',
      quoteCharacter = '~',
      value = {
        "count(l) # 5",
        "count(none) # 0",
        "sum(l) # 7.5",
        "sum([]) # 0",
        "avg(n) # 2",
        "average([1, 2, 4]) # 2.333333333333333",
        "avg([]) # null",
        "median([4, 1]) # 2.5",
        "median([4, 1, 9]) # 4",
        "median([]) # null",
        "variance([1, 2, 3, 4]) # 1.666666666666667",
        "variance([1]) # null",
        "stddev([2, 4]) # 1.414213562373095",
        "min(n) # 1",
        "max(n) # 3",
        "max([9, 10]) # 10",
        "max(['9', '10']) # \"9\"",
        "min([]) # null",
        "min([null, 3]) # 3",
        "collect(n) # [3,1,2]",
        "collect(5) # [5]",
        "flatten([[1], 2, [[3]]]) # [1,2,[3]]",
        "unique([1, '1', 1.0, 'a', 'a']) # [1,\"1\",\"a\"]",
        "sort(n) # [1,2,3]",
        "sort(n, 'desc') # [3,2,1]",
        "sort(n, desc) # [3,2,1]",
        "concat(['a', 1, true]) # \"a1true\"",
        "concat(n, ', ') # \"3, 1, 2\"",
        "concat([]) # \"\"",
        "merge(o) # {\"a\":1,\"b\":2}",
        "merge([]) # {}",
        "group_by(o, 'a') # {\"1\":[{\"a\":1}],\"3\":[{\"a\":3,\"b\":2}]}",
        "group_by(o, b) # {\"null\":[{\"a\":1}],\"2\":[{\"a\":3,\"b\":2}]}",
        "group_by([], 'x') # {}",
        "length('häß😀') # 4",
        "length(missing) # 0",
        "trim(' a ') # \"a\"",
        "lower('A') # \"a\"",
        "is_empty([]) # true",
        "is_not_null(missing) # false",
        "default(missing, 'd') # \"d\"",
      })
  void givesTheValue(String expression, String json) {
    Variables variables =
        new Variables()
            .set("l", Json.parse("[1, 2.5, \"x\", null, 4, true]"))
            .set("n", Json.parse("[3, 1, 2]"))
            .set("none", Json.parse("null"))
            .set("o", Json.parse("[{\"a\":1},{\"a\":3,\"b\":2}]"));

    assertThat(Json.text(Expression.parse(expression, Expression.Dialect.WHEN).evaluate(variables)))
        .isEqualTo(json);
  }
}
