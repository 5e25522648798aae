package dev.prodigy.agent;

import dev.prodigy.agent.SecretForms.Hit;
import dev.prodigy.model.Json;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/// Replaces secret values by `***` wherever they show: as they are, in base64 (also in the middle
/// of longer base64, as in `user:password`), URL-encoded and JSON-escaped, and with line ends put
/// into them. Of a value over several lines each line of at least 8 characters counts as well.
/// Values under 4 characters are not masked: they would shred ordinary text.
///
/// Immutable. The cost is one search per form of a secret; without secrets there is none.
public final class SecretMasker {
  public static final SecretMasker NONE = new SecretMasker(List.of());

  private static final String MASK = "***";

  private final List<Map.Entry<String, String>> named;
  private final SecretForms forms;
  private final SecretForms byteForms;

  public SecretMasker(Collection<String> secrets) {
    this(List.of(), secrets);
  }

  private SecretMasker(List<Map.Entry<String, String>> named, Collection<String> secrets) {
    this.named = named;
    forms = SecretForms.of(secrets);
    byteForms = forms.asBytes();
  }

  /// Of secrets that can be told apart, for [#conceal].
  public static SecretMasker named(Map<String, String> secrets) {
    if (secrets.isEmpty()) {
      return NONE;
    }
    var longestFirst =
        secrets.entrySet().stream()
            .filter(secret -> secret.getValue().length() >= SecretForms.SHORTEST)
            .sorted(
                Comparator.comparingInt((Map.Entry<String, String> s) -> s.getValue().length())
                    .reversed()
                    .thenComparing(Map.Entry::getKey))
            .map(secret -> Map.entry(secret.getKey(), secret.getValue()))
            .toList();
    return new SecretMasker(longestFirst, secrets.values());
  }

  /// One that masks more.
  public SecretMasker and(Map<String, String> more) {
    if (more.isEmpty()) {
      return this;
    }
    var all = new HashMap<String, String>();
    named.forEach(entry -> all.put(entry.getKey(), entry.getValue()));
    more.forEach(
        (name, value) -> {
          String before = all.put(name, value);
          if (before != null && !before.equals(value)) {
            all.put(name + " (outer)", before);
          }
        });
    return named(all);
  }

  /// The values it masks that have a name, by it.
  public Map<String, String> named() {
    var all = new LinkedHashMap<String, String>();
    named.forEach(entry -> all.put(entry.getKey(), entry.getValue()));
    return all;
  }

  /// Shorter values are not masked.
  public static int shortest() {
    return SecretForms.SHORTEST;
  }

  /// The same instance if there is nothing to mask.
  public String mask(String text) {
    return mask(text, 0, forms);
  }

  /// Whether there is something to mask.
  public boolean hides(String text) {
    return !forms.isEmpty() && !forms.in(text).isEmpty();
  }

  /// For state a resumed run needs again: values become placeholders that name them, and what is
  /// derived from them is masked for good.
  public String conceal(String text) {
    String concealed = text;
    for (var secret : named) {
      concealed = concealed.replace(secret.getValue(), placeholder(secret.getKey()));
    }
    return mask(concealed);
  }

  /// The way back.
  public String reveal(String text) {
    String revealed = text;
    if (!named.isEmpty() && text.contains(MASK)) {
      for (var secret : named) {
        revealed = revealed.replace(placeholder(secret.getKey()), secret.getValue());
      }
    }
    return revealed;
  }

  private static String placeholder(String name) {
    return MASK + "{" + name + "}";
  }

  /// The value with every string in it masked, names included. Numbers that contain a secret become
  /// strings.
  JsonNode mask(JsonNode value) {
    if (isEmpty()) {
      return value;
    }
    if (value.isObject()) {
      var masked = Json.NODES.objectNode();
      value.properties().forEach(e -> masked.set(mask(e.getKey()), mask(e.getValue())));
      return masked;
    }
    if (value.isArray()) {
      var masked = Json.NODES.arrayNode();
      value.forEach(element -> masked.add(mask(element)));
      return masked;
    }
    String text = value.isString() ? value.stringValue() : value.toString();
    String masked = mask(text);
    return masked.equals(text) ? value : Json.NODES.stringNode(masked);
  }

  boolean isEmpty() {
    return forms.isEmpty();
  }

  /// Masks bytes, given and returned as Latin-1 characters.
  String maskBytes(String bytes) {
    return mask(bytes, 0, byteForms);
  }

  /// Masks bytes that follow others; the others are not given back.
  String maskBytes(String before, String bytes) {
    return mask(before + bytes, before.length(), byteForms);
  }

  /// How much of these bytes (as Latin-1 characters) may be masked and passed on while more is to
  /// come, such that no secret is cut in two. The rest is shorter than the longest secret, or
  /// starts with one.
  int safeCut(String bytes) {
    return byteForms.safeCut(bytes);
  }

  /// The same of whole lines that follow others, for secrets that may go on in the next line.
  int mayGoOn(String before, String lines) {
    return Math.max(0, byteForms.mayGoOn(before + lines) - before.length());
  }

  /// How many bytes a secret may have in any form.
  int longestBytes() {
    return byteForms.longest();
  }

  private static String mask(String text, int from, SecretForms forms) {
    List<Hit> hits = forms.isEmpty() ? List.of() : forms.in(text);
    if (hits.isEmpty()) {
      return from == 0 ? text : text.substring(from);
    }
    return replace(text, from, hits);
  }

  /// Overlapping hits become one mask, so that no end of a secret is left over.
  private static String replace(String text, int from, List<Hit> hits) {
    hits.sort(Comparator.comparingInt(Hit::start));
    var masked = new StringBuilder(text.length());
    int done = from;
    for (Hit hit : hits) {
      if (hit.end() > done) {
        boolean apart = hit.start() >= done;
        if (apart) {
          masked.append(text, done, hit.start());
        }
        appendMask(masked, text.substring(Math.max(done, hit.start()), hit.end()), apart);
        done = hit.end();
      }
    }
    return masked.append(text, done, text.length()).toString();
  }

  /// One mask per line, so that lines stay lines.
  private static void appendMask(StringBuilder masked, String secret, boolean apart) {
    boolean due = apart || masked.isEmpty();
    for (int i = 0; i < secret.length(); i++) {
      char c = secret.charAt(i);
      if (c == '\n' || c == '\r') {
        masked.append(c);
        due = true;
      } else if (due) {
        masked.append(MASK);
        due = false;
      }
    }
  }
}
