package dev.prodigy.storage;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
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
  private static final int ESCAPE_LENGTH = 6;

  private final JsonFactory factory = new JsonFactory();
  private final Pattern pattern;
  private final List<String> fields;
  private final String needed;
  private final byte @Nullable [] literal;
  private final int[] skips;

  /// @param fields where to look, such as `error` or `failure_reason.CommandFailed`; what a field
  ///   holds is looked through to its depth. Empty for everywhere
  /// @throws PatternSyntaxException if the expression is none
  public TextQuery(String regex, List<String> fields) {
    this.pattern = Pattern.compile(regex);
    this.fields = List.copyOf(fields);
    this.needed = NeededText.of(regex);
    byte[] bytes = needed.getBytes(StandardCharsets.US_ASCII);
    this.literal = needed.isEmpty() ? null : bytes;
    this.skips = skips(bytes);
  }

  /// False if a line of our own writer cannot match, by its bytes alone.
  boolean mayMatch(byte[] line, int from, int to) {
    byte[] wanted = literal;
    return wanted == null || indexOf(wanted, line, from, to) >= 0;
  }

  /// Compares the text's end first, and on a byte that is not in the text goes on behind it
  /// (Horspool).
  private int indexOf(byte[] wanted, byte[] line, int from, int to) {
    int last = wanted.length - 1;
    for (int at = from + last; at < to; at += skips[line[at] & 0xff]) {
      if (line[at] == wanted[last] && Envelope.startsWith(line, at - last, to, wanted)) {
        return at - last;
      }
    }
    return -1;
  }

  /// As [#matches], for a line of our own writer: it writes quotation marks within texts by their
  /// number, so a mark begins or ends a text, and only texts that have what the expression needs
  /// are looked at.
  boolean matchesOurs(byte[] line, int from, int to) {
    byte[] wanted = literal;
    if (wanted == null || !fields.isEmpty()) {
      return matches(line, from, to);
    }
    Matcher matcher = pattern.matcher("");
    int start = -1; // of the text we are in; -1 outside
    int at = from;
    for (int hit = indexOf(wanted, line, from, to); hit >= 0; hit = indexOf(wanted, line, at, to)) {
      for (; at < hit; at++) {
        if (line[at] == '"') {
          start = start < 0 ? at + 1 : -1;
        }
      }
      int end = hit;
      while (end < to && line[end] != '"') {
        end++;
      }
      String text = start < 0 ? null : decoded(line, start, end);
      if (text == null) {
        return matches(line, from, to);
      }
      boolean key = end + 1 < to && line[end + 1] == ':';
      if (!key && found(text, matcher)) {
        return true;
      }
      at = Math.min(end + 1, to);
      start = -1;
    }
    return false;
  }

  /// Null if it is not written as our writer does.
  private static @Nullable String decoded(byte[] line, int start, int end) {
    String text = new String(line, start, end - start, StandardCharsets.UTF_8);
    int escape = text.indexOf('\\');
    if (escape < 0) {
      return text;
    }
    var decoded = new StringBuilder(text.length());
    int from = 0;
    for (; escape >= 0; escape = text.indexOf('\\', from)) {
      int behind = escape + ESCAPE_LENGTH;
      if (behind > text.length() || text.charAt(escape + 1) != 'u') {
        return null;
      }
      decoded.append(text, from, escape);
      decoded.append((char) HexFormat.fromHexDigits(text, escape + 2, behind));
      from = behind;
    }
    return decoded.append(text, from, text.length()).toString();
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
      Matcher matcher = pattern.matcher("");
      return fields.isEmpty() ? anywhere(parser, matcher) : inFields(parser, matcher);
    }
  }

  private boolean anywhere(JsonParser parser, Matcher matcher) {
    for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
      if (isScalar(token) && found(parser, matcher)) {
        return true;
      }
    }
    return false;
  }

  private boolean inFields(JsonParser parser, Matcher matcher) {
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
          if (isScalar(token) && isWanted(at) && found(parser, matcher)) {
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

  private boolean found(JsonParser parser, Matcher matcher) {
    return found(parser.getString(), matcher);
  }

  private boolean found(String text, Matcher matcher) {
    try {
      return text.contains(needed) && matcher.reset(text).find();
    } catch (StackOverflowError _) { // how Java's expressions end on nested repetitions
      throw StorageException.patternTooDeep(pattern.pattern());
    }
  }
}
