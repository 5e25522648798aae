package dev.prodigy.workflow.expression;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prodigy.model.Json;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/// Laws that hold for any text and value; a failure names the seed that found it.
class ExpressionPropertiesTest {
  private static final List<String> NAMES = List.of("a", "b", "item", "c-d", "x1", "exists");
  private static final List<String> PATHS = List.of("a.b", "item.a", "a[0]", "a[*].b", "b.exists");
  private static final List<String> OPERATORS =
      List.of(
          "==",
          "=",
          "!=",
          "<",
          "<=",
          ">",
          ">=",
          "contains",
          "starts_with",
          "ends_with",
          "matches",
          "in",
          "not in",
          "CONTAINS");
  private static final String TEXT_PIECES = "a b\n'\"\\`{}()[]<>|&;:-=#*?%!~/.,0 1é😀\t";

  private final Variables variables =
      new Variables().set("a", Json.parse("{\"b\":[1,\"x\"]}")).set("b", "5");

  private static void forSeeds(int count, Consumer<Random> law) {
    long start = System.nanoTime();
    for (long seed = start; seed < start + count; seed++) {
      try {
        law.accept(new Random(seed));
      } catch (RuntimeException | AssertionError e) {
        throw new AssertionError("seed %dL: %s".formatted(seed, e.getMessage()), e);
      }
    }
  }

  @Test
  void textWithoutReferencesIsRenderedAsItIs() {
    forSeeds(
        2000,
        random -> {
          String text = text(random, TEXT_PIECES, 40);
          for (Template.Kind kind : Template.Kind.values()) {
            assertThat(Template.parse(text, kind).render(variables, Rendering.plain()))
                .isEqualTo(text);
          }
        });
  }

  @Test
  void anyTextRendersOrIsAMistake() {
    forSeeds(
        3000,
        random -> {
          String text = text(random, TEXT_PIECES + "$$$$${{{}}}ab||::", 30);
          for (Template.Kind kind : Template.Kind.values()) {
            assertRenders(text, kind);
          }
        });
  }

  private void assertRenders(String text, Template.Kind kind) {
    try {
      String rendered = Template.parse(text, kind).render(variables, Rendering.plain());
      assertThat(Template.literal(rendered).source()).isEqualTo(rendered);
    } catch (ExpressionException e) {
      assertThat(e.offset()).isBetween(0, text.length());
    }
  }

  @Test
  void valuesInSingleQuotesReachTheShellWhole() throws java.io.IOException {
    Rendered it = new Rendered();
    StringBuilder script = new StringBuilder();
    StringBuilder expected = new StringBuilder();
    Random random = new Random(7);
    for (int i = 0; i < 200; i++) {
      String value = text(random, TEXT_PIECES.replace("\n", "") + "$", 20);
      it.with("v" + i, value);
      script.append("printf '%s\\n' 'x${v").append(i).append("}'\n");
      expected.append('x').append(value).append('\n');
    }

    assertThat(it.run(script.toString())).isEqualTo(expected.toString().stripTrailing());
  }

  @Test
  void whatAnExpressionPrintsMeansTheSame() {
    forSeeds(
        3000,
        random -> {
          for (Expression.Dialect dialect : Expression.Dialect.values()) {
            Expression expression = Expression.parse(expression(random, 3), dialect);
            Expression again = Expression.parse(expression.toString(), dialect);
            JsonNode item = json(random, 3);

            assertThat(again.toString()).isEqualTo(expression.toString());
            assertThat(again.testItem(item, 1, variables))
                .as(expression.toString())
                .isEqualTo(expression.testItem(item, 1, variables));
          }
        });
  }

  @Test
  void garbageIsAnExpressionOrAMistake() {
    forSeeds(
        3000,
        random -> {
          String source = text(random, TEXT_PIECES + "$${@ab==&&||", 15);
          try {
            Expression.parse(source, Expression.Dialect.FILTER)
                .testItem(json(random, 2), 0, variables);
          } catch (ExpressionException e) {
            assertThat(e.offset()).isBetween(0, source.length());
          }
        });
  }

  @Test
  void pathsNeverFailOnAnyDocument() {
    List<String> segments =
        List.of(
            ".a",
            ".*",
            "[*]",
            "[0]",
            "[-1]",
            "[0:2]",
            "[:1]",
            "..b",
            "..*",
            "['a b']",
            "[?(@.a == 1)]",
            "[?(@ > 2 || a contains b)]",
            "..[?(exists(@.a))]");
    forSeeds(
        2000,
        random -> {
          StringBuilder path = new StringBuilder("$");
          for (int i = random.nextInt(4); i >= 0; i--) {
            path.append(segments.get(random.nextInt(segments.size())));
          }
          JsonNode document = json(random, 4);
          List<JsonNode> selected = JsonPath.parse(path.toString()).select(document);
          assertThat(JsonPath.parse(path.substring(1)).source()).isEqualTo(path.substring(1));
          assertThat(selected).doesNotContainNull();
        });
  }

  @Test
  void garbageIsAPathOrAMistake() {
    forSeeds(
        3000,
        random -> {
          String source = "$" + text(random, "..[[]]*?()'\"ab01:-@=", 10);
          try {
            JsonPath.parse(source).select(json(random, 2));
          } catch (ExpressionException e) {
            assertThat(e.offset()).isBetween(0, source.length());
          }
        });
  }

  @Test
  void sortingIsATotalOrderForAnyItems() {
    forSeeds(
        300,
        random -> {
          ArrayNode items = Json.NODES.arrayNode();
          for (int i = 0; i < 60; i++) {
            items.add(Json.NODES.objectNode().set("k", json(random, 2)));
          }
          ItemPipeline pipeline =
              ItemPipeline.of(null, null, "k DESC, k.a NULLS FIRST", "k", 0, null);
          List<JsonNode> once = pipeline.apply(items, variables).items();

          assertThat(pipeline.apply(Values.list(once), variables).items()).isEqualTo(once);
        });
  }

  private static String text(Random random, String pieces, int most) {
    int[] points = pieces.codePoints().toArray();
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      text.appendCodePoint(points[random.nextInt(points.length)]);
    }
    return text.toString();
  }

  private static <T> T one(Random random, List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private static String expression(Random random, int depth) {
    if (depth == 0) {
      return operand(random);
    }
    return switch (random.nextInt(9)) {
      case 0 -> expression(random, depth - 1) + " && " + expression(random, depth - 1);
      case 1 -> expression(random, depth - 1) + " or " + expression(random, depth - 1);
      case 2 -> "!" + expression(random, depth - 1);
      case 3 -> "(" + expression(random, depth - 1) + ")";
      case 4 -> "${(" + expression(random, depth - 1).replace("@", "a") + ") || a}";
      case 5 ->
          one(random, List.of("length", "exists", "is_null", "sum", "unique"))
              + "("
              + expression(random, depth - 1)
              + ")";
      case 6 ->
          one(random, List.of("default", "contains", "group_by", "sort"))
              + "("
              + operand(random)
              + ", "
              + one(random, NAMES)
              + ")";
      case 7 -> "[" + operand(random) + ", " + operand(random) + "] == " + operand(random);
      default -> operand(random) + " " + operator(random);
    };
  }

  private static String operator(Random random) {
    String operator = one(random, OPERATORS);
    return operator.equals("matches") ? "matches '^\\d+'" : operator + " " + operand(random);
  }

  private static String operand(Random random) {
    return switch (random.nextInt(7)) {
      case 0 -> one(random, NAMES);
      case 1 -> one(random, PATHS);
      case 2 -> Integer.toString(random.nextInt(20) - 10);
      case 3 -> random.nextBoolean() ? "1.5e3" : "null";
      case 4 -> one(random, List.of("'it\\'s'", "\"a\\\\d\\w\"", "''", "'x\\n'"));
      case 5 -> one(random, List.of("${a}", "$b", "${a.b[0]:-d}", "${b|upper}", "${length(a)}"));
      default -> one(random, List.of("[a, 'b', 3]", "(a)", "[]", "true"));
    };
  }

  private static JsonNode json(Random random, int depth) {
    return switch (random.nextInt(depth == 0 ? 5 : 8)) {
      case 0 -> Json.NODES.numberNode(random.nextInt(5));
      case 1 -> Json.parse(one(random, List.of("null", "1.50", "1e400", "-0.0")));
      case 2 -> Json.NODES.booleanNode(random.nextBoolean());
      case 3, 4 -> Json.NODES.stringNode(text(random, TEXT_PIECES, 5));
      case 5 -> array(random, depth - 1);
      default -> object(random, depth - 1);
    };
  }

  private static JsonNode array(Random random, int depth) {
    ArrayNode array = Json.NODES.arrayNode();
    for (int i = random.nextInt(4); i > 0; i--) {
      array.add(json(random, depth));
    }
    return array;
  }

  private static JsonNode object(Random random, int depth) {
    ObjectNode object = Json.NODES.objectNode();
    for (int i = random.nextInt(4); i > 0; i--) {
      object.set(one(random, NAMES), json(random, depth));
    }
    return object;
  }
}
