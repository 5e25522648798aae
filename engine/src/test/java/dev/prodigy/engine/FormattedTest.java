package dev.prodigy.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prodigy.model.Json;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FormattedTest {
  @Test
  void numbersStringsAndOrderStayAsTheyAre() {
    assertThat(
            Formatted.json("{\"z\":1.50,\"a\":1e5,\"s\":\"a,{b}: \\\"c\\\"\",\"e\":{ },\"l\":[ ]}"))
        .isEqualTo(
            """
            {
              "z": 1.50,
              "a": 1e5,
              "s": "a,{b}: \\"c\\"",
              "e": {},
              "l": []
            }
            """);
  }

  @Test
  void onlyTheSpaceBetweenTokensChanges() {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < 300; i++) {
      String json = json(random, 0);
      String formatted = Formatted.json(json);
      assertThat(Json.parse(formatted)).as("seed %d: %s", seed, json).isEqualTo(Json.parse(json));
      assertThat(Formatted.json(formatted)).as("seed %d", seed).isEqualTo(formatted);
    }
  }

  private static String json(Random random, int depth) {
    return switch (random.nextInt(depth > 4 ? 4 : 6)) {
      case 0 -> Integer.toString(random.nextInt());
      case 1 -> "\"" + "x{[\\\",:]} \\n".substring(0, random.nextBoolean() ? 3 : 12) + "\"";
      case 2 -> random.nextBoolean() ? " true" : "null ";
      case 3 -> random.nextInt(99) + ".5E+3";
      case 4 -> "[" + json(random, depth + 1) + " , " + json(random, depth + 1) + "]";
      default -> "{ \"k" + random.nextInt(9) + "\" :" + json(random, depth + 1) + "\n}";
    };
  }

  @Test
  void badTextIsRefused() {
    assertThatThrownBy(() -> Formatted.json("{\"a\":}")).hasMessageStartingWith("Invalid JSON: ");
    assertThatThrownBy(() -> Formatted.json("1 2")).hasMessageStartingWith("Invalid JSON: ");
    assertThatThrownBy(() -> Formatted.yaml("a: [")).hasMessageStartingWith("Invalid YAML: ");
  }

  @Test
  void yamlIsWrittenInBlocks() {
    assertThat(Formatted.yaml("{b: 1, a: [x, \"2\"]}")).isEqualTo("b: 1\na:\n- x\n- '2'\n");
  }
}
