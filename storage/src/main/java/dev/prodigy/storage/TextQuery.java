package dev.prodigy.storage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/// A regular expression that some text, number or boolean of an event must contain. May be used by
/// several threads.
///
/// Most lines do not match, so a line is parsed only if it contains the longest plain text that the
/// expression cannot do without.
public final class TextQuery {
  /// Letters that, behind a backslash, stand for one character or a place between two.
  private static final String CLASSES = "dDwWsSbB";

  private final JsonFactory factory = new JsonFactory();
  private final Pattern pattern;
  private final List<String> fields;
  private final byte @Nullable [] literal;
  private final int[] skips;

  /// @param fields where to look, such as `error` or `failure_reason.CommandFailed`; what a field
  ///   holds is looked through to its depth. Empty for everywhere
  /// @throws PatternSyntaxException if the expression is none
  public TextQuery(String regex, List<String> fields) {
    this.pattern = Pattern.compile(regex);
    this.fields = List.copyOf(fields);
    String needed = needed(regex);
    byte[] bytes = needed.getBytes(StandardCharsets.US_ASCII);
    this.literal = needed.isEmpty() ? null : bytes;
    this.skips = skips(bytes);
  }

  /// False if a line of our own writer cannot match, by its bytes alone. Compares the text's end
  /// first, and on a byte that is not in the text goes on behind it (Horspool).
  boolean mayMatch(byte[] line, int from, int to) {
    byte[] wanted = literal;
    if (wanted == null) {
      return true;
    }
    int last = wanted.length - 1;
    for (int at = from + last; at < to; at += skips[line[at] & 0xff]) {
      if (line[at] == wanted[last] && Envelope.startsWith(line, at - last, to, wanted)) {
        return true;
      }
    }
    return false;
  }

  private static int[] skips(byte[] wanted) {
    int[] skips = new int[256];
    Arrays.fill(skips, wanted.length);
    for (int i = 0; i < wanted.length - 1; i++) {
      skips[wanted[i]] = wanted.length - 1 - i;
    }
    return skips;
  }

  /// @param line one JSON object
  boolean matches(byte[] line, int from, int to) {
    try (JsonParser parser =
        factory.createParser(ObjectReadContext.empty(), line, from, to - from)) {
      parser.nextToken();
      return fields.isEmpty() ? anywhere(parser) : inFields(parser);
    }
  }

  private boolean anywhere(JsonParser parser) {
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      if (isScalar(token) && found(parser)) {
        return true;
      }
    }
    return false;
  }

  private boolean inFields(JsonParser parser) {
    var path = new ArrayDeque<String>();
    String at = "";
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      switch (token) {
        case PROPERTY_NAME -> {
          String outer = path.isEmpty() ? "" : path.peek();
          at = outer.isEmpty() ? parser.currentName() : outer + "." + parser.currentName();
        }
        case START_OBJECT, START_ARRAY -> path.push(at);
        case END_OBJECT, END_ARRAY -> {
          if (!path.isEmpty()) {
            at = path.pop();
          }
        }
        default -> {
          if (isScalar(token) && isWanted(at) && found(parser)) {
            return true;
          }
        }
      }
    }
    return false;
  }

  private boolean isWanted(String path) {
    for (String field : fields) {
      boolean within = path.startsWith(field);
      if (within && (path.length() == field.length() || path.charAt(field.length()) == '.')) {
        return true;
      }
    }
    return false;
  }

  private static boolean isScalar(JsonToken token) {
    return token.isScalarValue() && token != JsonToken.VALUE_NULL;
  }

  private boolean found(JsonParser parser) {
    try {
      return pattern.matcher(parser.getString()).find();
    } catch (StackOverflowError _) { // how Java's expressions end on nested repetitions
      throw StorageException.patternTooDeep(pattern.pattern());
    }
  }

  /// The longest text that every match contains and that our writer stores as it is: a run of plain
  /// characters between classes, counts and other signs. Empty for an expression with groups or
  /// alternatives, and for one of which we do not understand every sign.
  private static String needed(String regex) {
    String longest = "";
    var run = new StringBuilder();
    for (int i = 0; i < regex.length(); i++) {
      char c = regex.charAt(i);
      int end = i; // of what this sign begins
      boolean plain = false;
      boolean optional = false;
      switch (c) {
        case '(', ')', '|', ']', '}' -> end = -1;
        case '[' -> end = classEnd(regex, i);
        case '{' -> {
          end = regex.indexOf('}', i);
          optional = true; // it may be none
        }
        case '\\' -> {
          char next = i + 1 < regex.length() ? regex.charAt(i + 1) : 'x';
          end = isLetterOrDigit(next) && CLASSES.indexOf(next) < 0 ? -1 : i + 1;
          plain = !isLetterOrDigit(next);
          c = next;
        }
        case '*', '?' -> optional = true;
        case '+', '.', '^', '$' -> {}
        default -> plain = true;
      }
      if (end < 0 || c < ' ' || c >= 0x7f) {
        return "";
      }
      i = end;
      if (plain && c != '"' && c != '\\') {
        run.append(c);
        continue;
      }
      if (optional && !run.isEmpty()) {
        run.setLength(run.length() - 1);
      }
      longest = longer(longest, run);
      run.setLength(0);
    }
    return longer(longest, run);
  }

  private static boolean isLetterOrDigit(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  /// The end of a class in brackets that has neither classes nor escapes in it; else -1.
  private static int classEnd(String regex, int from) {
    int end = regex.indexOf(']', from + 2); // the first character may be one itself
    String inside = end < 0 ? "[" : regex.substring(from + 1, end);
    return inside.indexOf('[') < 0 && inside.indexOf('\\') < 0 ? end : -1;
  }

  private static String longer(String one, CharSequence other) {
    return other.length() > one.length() ? other.toString() : one;
  }
}
