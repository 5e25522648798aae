package dev.prodigy.workflow.expression;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/// Reads expressions, by recursive descent; lowest precedence first:
///
/// ```
/// expr    := and { ("||" | "or") and }
/// and     := not { ("&&" | "and") not }
/// not     := ("!" | "not") not | compare
/// compare := primary [ op primary | ["not"] "in" primary ]
/// primary := literal | "[" … "]" | fn "(" args ")" | ref | "(" expr ")"
/// ```
final class ExpressionParser {
  /// Deeper nesting is a mistake, and would exhaust the stack.
  private static final int DEEPEST = 150;

  private final String source;
  private final int to;
  private final Expression.Dialect dialect;
  private final Set<String> references;
  private final Lexer lexer;
  private final ExpressionNodes nodes;
  private Token next;
  private int consumed;
  private int depth;

  ExpressionParser(
      String source, int from, int to, Expression.Dialect dialect, Set<String> references) {
    this.source = source;
    this.to = to;
    this.dialect = dialect;
    this.references = references;
    this.lexer = new Lexer(source, to);
    this.nodes = new ExpressionNodes(source, dialect);
    this.next = lexer.at(from);
    this.consumed = from;
  }

  /// An expression over variables within another text.
  static ExpressionParser inside(String source, int from, int to, Set<String> references) {
    return new ExpressionParser(source, from, to, Expression.Dialect.WHEN, references);
  }

  /// Where the text goes on behind what was read.
  int position() {
    return consumed;
  }

  /// The expression up to the end of the text.
  Node whole() {
    if (next.kind() == Token.Kind.END) {
      throw error("The expression is empty");
    }
    Node node = expression();
    if (next.kind() != Token.Kind.END) {
      throw error("Unexpected '%s' after the expression".formatted(next.text()));
    }
    return node;
  }

  Node expression() {
    if (++depth > DEEPEST) {
      throw error("The expression is nested too deeply");
    }
    List<Node> operands = new ArrayList<>(List.of(and()));
    while (accept("||", "or")) {
      operands.add(and());
    }
    depth--;
    return operands.size() == 1 ? operands.getFirst() : new Node.Or(List.copyOf(operands));
  }

  private Node and() {
    List<Node> operands = new ArrayList<>(List.of(not()));
    while (accept("&&", "and")) {
      operands.add(not());
    }
    return operands.size() == 1 ? operands.getFirst() : new Node.And(List.copyOf(operands));
  }

  private Node not() {
    boolean negated = false;
    boolean any = false;
    while (accept("!", "not")) {
      negated = !negated;
      any = true;
    }
    Node node = compare();
    if (!any) {
      return node;
    }
    return negated ? new Node.Not(node) : new Node.Not(new Node.Not(node));
  }

  private Node compare() {
    Node left = primary(false);
    Operator operator = acceptOperator();
    if (operator == null) {
      return left;
    }
    boolean words = !(left instanceof Node.Literal);
    boolean parenthesised = next.is("(");
    int start = next.start();
    Node right = primary(words);
    boolean list = operator == Operator.IN || operator == Operator.NOT_IN;
    Node operand = words && !parenthesised && !list ? ExpressionNodes.word(right) : right;
    int end = next.start();
    if (acceptOperator() != null) {
      throw new ExpressionException(
          source, end, "Comparisons cannot be chained; combine two with && or ||");
    }
    return nodes.comparison(operator, left, operand, start);
  }

  private @Nullable Operator acceptOperator() {
    if (next.isWord("not") && lexer.at(next.end()).isWord("in")) {
      advance();
      advance();
      return Operator.NOT_IN;
    }
    Operator operator = Operator.of(next);
    if (operator != null) {
      advance();
    }
    return operator;
  }

  /// @param words the bare words of a list are texts
  private Node primary(boolean words) {
    Token token = next;
    return switch (token.kind()) {
      case NUMBER -> number();
      case TEXT -> {
        advance();
        yield new Node.Literal(Values.text(token.text()));
      }
      case PATH -> lexer.at(token.end()).is("(") ? call() : name();
      case ROOTED -> rooted();
      case BRACED -> braced();
      case DOLLAR -> {
        advance();
        references.add(token.text());
        yield new Node.Braced(
            new Reference(
                new Reference.Head.Variable(VariablePath.of(token.text())),
                List.of(),
                null,
                "$" + token.text()));
      }
      case SYMBOL -> symbol(words);
      case STRAY -> throw error("Unexpected character '%s'".formatted(token.text()));
      case END -> throw error("The expression ends too early");
    };
  }

  private Node number() {
    try {
      BigDecimal value = new BigDecimal(next.text());
      if (Math.abs((long) value.scale()) > 1000) {
        throw error("Number out of range");
      }
      advance();
      return new Node.Literal(Values.number(value));
    } catch (NumberFormatException _) {
      throw error("Number out of range");
    }
  }

  private Node symbol(boolean words) {
    if (next.is("(")) {
      advance();
      Node inner = expression();
      expect(")");
      return inner;
    }
    if (!next.is("[")) {
      throw error("Unexpected '%s'".formatted(next.text()));
    }
    advance();
    return new Node.ListOf(elements("]", (_, _) -> words));
  }

  private interface WordPlaces {
    boolean isWord(int index, List<Node> before);
  }

  /// Expressions separated by commas, up to the closing symbol.
  private List<Node> elements(String close, WordPlaces places) {
    List<Node> elements = new ArrayList<>();
    while (!next.is(close)) {
      if (!elements.isEmpty()) {
        expect(",");
      }
      boolean parenthesised = next.is("(");
      Node element = expression();
      boolean word = !parenthesised && places.isWord(elements.size(), elements);
      elements.add(word ? ExpressionNodes.word(element) : element);
    }
    advance();
    return elements;
  }

  /// A function with its arguments.
  Node call() {
    Token token = next;
    String name = Functions.canonical(token.text());
    Functions.Declared function = Functions.find(name);
    if (function == null) {
      throw error("Unknown function '%s'%s".formatted(token.text(), Functions.hint(name)));
    }
    advance();
    expect("(");
    List<Node> arguments =
        elements(
            ")",
            (index, before) ->
                index == 1
                    && !name.equals("length")
                    && !(before.getFirst() instanceof Node.Literal));
    return nodes.call(name, function, arguments, token.start());
  }

  private Node name() {
    Token token = next;
    advance();
    return switch (token.text().toLowerCase(Locale.ROOT)) {
      case "true" -> new Node.Literal(Values.bool(true));
      case "false" -> new Node.Literal(Values.bool(false));
      case "null" -> new Node.Literal(Values.NULL);
      default -> name(token);
    };
  }

  private Node name(Token token) {
    VariablePath path = Objects.requireNonNull(token.path());
    if (dialect == Expression.Dialect.FILTER) {
      return new Node.Field(path, token.text(), false);
    }
    references.add(path.toString());
    return new Node.Variable(path, token.text());
  }

  private Node rooted() {
    Token token = next;
    if (dialect != Expression.Dialect.FILTER || token.path() == null) {
      throw error("'%s' has a meaning only in filters".formatted(token.text()));
    }
    advance();
    return new Node.Field(token.path(), token.text(), true);
  }

  private Node braced() {
    int from = next.start() + 2;
    int end = next.end() - 1;
    Reference reference =
        new ReferenceParser(source, Template.Kind.TEXT, references).parse(from, end);
    advance();
    if (reference != null) {
      VariablePath path = reference.path();
      if (path != null) {
        references.add(path.toString());
      }
      return new Node.Braced(reference);
    }
    ExpressionParser inner = inside(source, from, end, references);
    inner.depth = depth;
    return new Node.Nested(inner.whole());
  }

  /// Takes one of two spellings, if it comes next.
  boolean accept(String symbol, String word) {
    if (next.is(symbol) || next.isWord(word)) {
      advance();
      return true;
    }
    return false;
  }

  boolean atEnd() {
    return next.kind() == Token.Kind.END;
  }

  private void expect(String symbol) {
    if (!next.is(symbol)) {
      throw error(
          next.kind() == Token.Kind.END
              ? "Expected '%s', but the expression ends".formatted(symbol)
              : "Expected '%s', not '%s'".formatted(symbol, next.text()));
    }
    advance();
  }

  private void advance() {
    consumed = next.end();
    next = next.kind() == Token.Kind.END ? next : lexer.at(next.end());
  }

  ExpressionException error(String problem) {
    return new ExpressionException(source, Math.min(next.start(), to), problem);
  }
}
