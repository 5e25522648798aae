package dev.prodigy.workflow.expression;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prodigy.model.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonSchemaTest {
  private static List<String> problems(String schema, String value) {
    return JsonSchema.of(Json.parse(schema)).problems(Json.parse(value));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      textBlock =
          """
          {"type":"object","required":["a"]} ~ {"a":1} ~ {"b":1}
          {"properties":{"a":{"type":["integer","null"]}}} ~ {"a":2.0} ~ {"a":2.5}
          {"additionalProperties":false,"properties":{"a":{}}} ~ {"a":1} ~ {"b":1}
          {"patternProperties":{"^x":{"type":"string"}}} ~ {"x1":"s","y":1} ~ {"x1":1}
          {"items":{"enum":["a",1]},"minItems":1} ~ ["a",1] ~ ["b"]
          {"prefixItems":[{"type":"string"}],"items":{"type":"number"}} ~ ["a",1] ~ ["a","b"]
          {"uniqueItems":true,"maxItems":3} ~ [1,2] ~ [1,1]
          {"contains":{"const":5}} ~ [1,5] ~ [1]
          {"minLength":2,"maxLength":3,"pattern":"^[a-z]+$"} ~ "ab" ~ "A"
          {"minimum":0,"exclusiveMaximum":10,"multipleOf":0.5} ~ 9.5 ~ 10
          {"anyOf":[{"type":"string"},{"minimum":5}]} ~ 7 ~ 3
          {"oneOf":[{"type":"number"},{"type":"integer"}]} ~ 1.5 ~ 1
          {"allOf":[{"minimum":1},{"not":{"const":3}}]} ~ 2 ~ 3
          {"$ref":"#/$defs/n","$defs":{"n":{"type":"boolean"}}} ~ true ~ 1
          """)
  void goodValuesFitAndBadOnesDoNot(String schema, String good, String bad) {
    assertThat(problems(schema, good)).isEmpty();
    assertThat(problems(schema, bad)).isNotEmpty();
  }

  @Test
  void problemsSayWhereTheyAre() {
    assertThat(
            problems(
                """
                {"properties":{"a":{"items":{"required":["n"]}},"b":{"minimum":3}}}
                """,
                """
                {"a":[{"n":1},{}],"b":2}
                """))
        .containsExactly("result.a[1] lacks 'n'", "result.b must be at least 3");
  }

  @Test
  void whatIsNotUnderstoodIsRefused() {
    assertThatThrownBy(() -> problems("{\"properties\":{\"a\":{\"requird\":[]}}}", "1"))
        .hasMessage("schema.properties.a.requird: this keyword is not supported");
    assertThatThrownBy(() -> problems("{\"$ref\":\"#/nowhere\"}", "1"))
        .hasMessageContaining("points to nothing");
  }

  @Test
  void aSchemaThatRefersToItselfEnds() {
    assertThat(problems("{\"$ref\":\"#\"}", "1")).hasSize(1);
  }
}
