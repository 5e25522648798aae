package dev.prodigy.agent;

import dev.prodigy.model.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/// Replaces secret values by `***` wherever they show: as they are, in base64 (also in the middle
/// of longer base64, as in `user:password`), URL-encoded and JSON-escaped. Of a value over several
/// lines each line of at least 8 characters counts as well. Values under 4 characters are not
/// masked: they would shred ordinary text.
///
/// Immutable. The cost is one search per form of a secret; without secrets there is none.
public final class SecretMasker {
  public static final SecretMasker NONE = new SecretMasker(List.of());

  private static final String MASK = "***";
  private static final int SHORTEST = 4;
  private static final int SHORTEST_LINE = 8;
  private static final int SHORTEST_ENCODED = 8;

  private final List<String> forms;

  /// The forms' UTF-8 bytes as Latin-1 characters, to search in bytes that may not be valid UTF-8.
  private final List<String> byteForms;

  private final int longestBytes;

  public SecretMasker(Collection<String> secrets) {
    var found = new LinkedHashSet<String>();
    for (String secret : secrets) {
      addForms(secret, SHORTEST, found);
      if (secret.indexOf('\n') >= 0) {
        secret.lines().forEach(line -> addForms(line, SHORTEST_LINE, found));
      }
    }
    forms = found.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
    byteForms = forms.stream().map(SecretMasker::asBytes).toList();
    longestBytes = byteForms.stream().mapToInt(String::length).max().orElse(0);
  }

  /// The same instance if there is nothing to mask.
  public String mask(String text) {
    return mask(text, forms);
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
    return mask(bytes, byteForms);
  }

  /// How much of these bytes (as Latin-1 characters) may be masked and passed on while more is to
  /// come, such that no secret is cut in two. The rest is shorter than the longest secret, or
  /// starts with one.
  int safeCut(String bytes) {
    int cut = Math.max(0, bytes.length() - Math.max(0, longestBytes - 1));
    boolean moved = true;
    while (moved) {
      moved = false;
      for (String form : byteForms) {
        int at = bytes.indexOf(form, Math.max(0, cut - form.length() + 1));
        if (at >= 0 && at < cut) {
          cut = at;
          moved = true;
        }
      }
    }
    return cut;
  }

  private static void addForms(String secret, int shortest, Set<String> forms) {
    if (secret.length() < shortest) {
      return;
    }
    forms.add(secret);
    String json = Json.text(Json.NODES.stringNode(secret));
    forms.add(json.substring(1, json.length() - 1));
    addUrlForms(URLEncoder.encode(secret, StandardCharsets.UTF_8), forms);
    if (secret.length() >= SHORTEST_ENCODED) {
      addBase64Forms(secret.getBytes(StandardCharsets.UTF_8), forms);
    }
  }

  private static void addUrlForms(String encoded, Set<String> forms) {
    for (String form : List.of(encoded, encoded.replace("+", "%20"))) {
      forms.add(form);
      if (form.indexOf('%') >= 0) {
        forms.add(lowerCaseEscapes(form));
      }
    }
  }

  private static String lowerCaseEscapes(String encoded) {
    var text = new StringBuilder(encoded);
    for (int i = text.indexOf("%"); i >= 0; i = text.indexOf("%", i + 3)) {
      text.replace(i, i + 3, text.substring(i, i + 3).toLowerCase(Locale.ROOT));
    }
    return text.toString();
  }

  /// Base64 depends on where in the encoded bytes the secret starts, modulo 3: of each of the three
  /// encodings the characters that its neighbours have no part in.
  private static void addBase64Forms(byte[] secret, Set<String> forms) {
    for (int before = 0; before < 3; before++) {
      byte[] shifted = new byte[before + secret.length];
      System.arraycopy(secret, 0, shifted, before, secret.length);
      String encoded = Base64.getEncoder().withoutPadding().encodeToString(shifted);
      int start = before == 0 ? 0 : before + 1;
      int end = shifted.length % 3 == 0 ? encoded.length() : encoded.length() - 1;
      String form = encoded.substring(start, end);
      forms.add(form);
      forms.add(form.replace('+', '-').replace('/', '_'));
    }
    forms.add(Base64.getEncoder().encodeToString(secret));
  }

  private static String asBytes(String text) {
    return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
  }

  private record Hit(int start, int end) {}

  private static String mask(String text, List<String> forms) {
    var hits = new ArrayList<Hit>();
    for (String form : forms) {
      for (int at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
        hits.add(new Hit(at, at + form.length()));
      }
    }
    return hits.isEmpty() ? text : replace(text, hits);
  }

  /// Overlapping hits become one mask, so that no end of a secret is left over.
  private static String replace(String text, List<Hit> hits) {
    hits.sort(Comparator.comparingInt(Hit::start));
    var masked = new StringBuilder(text.length());
    int done = 0;
    for (Hit hit : hits) {
      if (hit.start >= done) {
        masked.append(text, done, hit.start).append(MASK);
      }
      done = Math.max(done, hit.end);
    }
    return masked.append(text, done, text.length()).toString();
  }
}
