package dev.prodigy.agent;

import dev.prodigy.model.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// The texts by which secrets could be recognised, and the search for them. Long forms are found
/// also where line ends were put into them, as `base64` and `fold` do.
final class SecretForms {
  static final int SHORTEST = 4;
  private static final int SHORTEST_LINE = 8;
  private static final int SHORTEST_ENCODED = 8;
  private static final int SHORTEST_BROKEN = 8;

  /// Fewer characters at the end of a line are no sign of a secret that goes on in the next.
  private static final int SHORTEST_BEGINNING = 4;

  /// Where a form stands in a text.
  record Hit(int start, int end) {}

  private final List<String> forms;
  private final List<String> breakable;
  private final Map<Character, List<String>> byFirst = new HashMap<>();
  private final int longest;

  private SecretForms(Collection<String> found) {
    forms = found.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
    breakable =
        forms.stream()
            .map(SecretForms::inOneLine)
            .filter(form -> form.length() >= SHORTEST_BROKEN)
            .distinct()
            .toList();
    breakable.forEach(
        form -> byFirst.computeIfAbsent(form.charAt(0), _ -> new ArrayList<>()).add(form));
    longest = forms.stream().mapToInt(String::length).max().orElse(0);
  }

  static SecretForms of(Collection<String> secrets) {
    var found = new LinkedHashSet<String>();
    for (String secret : secrets) {
      addForms(secret, SHORTEST, found);
      if (secret.indexOf('\n') >= 0) {
        secret.lines().forEach(line -> addForms(line, SHORTEST_LINE, found));
      }
    }
    return new SecretForms(found);
  }

  /// The forms' UTF-8 bytes as Latin-1 characters, to search in bytes that may not be valid UTF-8.
  SecretForms asBytes() {
    return new SecretForms(forms.stream().map(SecretForms::asBytes).toList());
  }

  boolean isEmpty() {
    return forms.isEmpty();
  }

  /// Length of the longest form.
  int longest() {
    return longest;
  }

  List<Hit> in(String text) {
    var hits = new ArrayList<Hit>();
    for (String form : forms) {
      for (int at = text.indexOf(form); at >= 0; at = text.indexOf(form, at + 1)) {
        hits.add(new Hit(at, at + form.length()));
      }
    }
    if (!breakable.isEmpty() && text.indexOf('\n') >= 0) {
      addBroken(Unbroken.of(text, 0), hits);
    }
    return hits;
  }

  private void addBroken(Unbroken text, List<Hit> hits) {
    for (String form : breakable) {
      for (int at = text.text.indexOf(form); at >= 0; at = text.text.indexOf(form, at + 1)) {
        Hit hit = text.hit(at, at + form.length());
        if (hit.end - hit.start > form.length()) {
          hits.add(hit);
        }
      }
    }
  }

  /// How much of these bytes may be passed on while more is to come, such that no form that stands
  /// in them as it is gets cut in two.
  int safeCut(String bytes) {
    int cut = Math.max(0, bytes.length() - Math.max(0, longest - 1));
    boolean moved = true;
    while (moved) {
      moved = false;
      for (String form : forms) {
        int at = bytes.indexOf(form, Math.max(0, cut - form.length() + 1));
        if (at >= 0 && at < cut) {
          cut = at;
          moved = true;
        }
      }
    }
    return cut;
  }

  /// Where a form may have begun that goes on behind the end of these whole lines; their length if
  /// none has.
  int mayGoOn(String lines) {
    Unbroken end = Unbroken.of(lines, Math.max(0, lines.length() - 2 * longest));
    int length = end.text.length();
    for (int at = 0; at <= length - SHORTEST_BEGINNING; at++) {
      int rest = length - at;
      for (String form : byFirst.getOrDefault(end.text.charAt(at), List.of())) {
        if (form.length() > rest && form.regionMatches(0, end.text, at, rest)) {
          return outsideOf(in(lines), end.places[at]);
        }
      }
    }
    return lines.length();
  }

  /// Not within a form that is there already: `-----` ends a key, and may begin another.
  private static int outsideOf(List<Hit> hits, int cut) {
    int moved = cut;
    for (Hit hit : hits) {
      moved = hit.start < cut && hit.end > cut ? Math.min(moved, hit.start) : moved;
    }
    return moved == cut ? cut : outsideOf(hits, moved);
  }

  /// A text without its line ends, and where each of its characters came from.
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Unbroken(String text, int[] places) {
    static Unbroken of(String text, int from) {
      var joined = new StringBuilder(text.length() - from);
      int[] places = new int[text.length() - from];
      for (int i = from; i < text.length(); i++) {
        char c = text.charAt(i);
        if (c != '\n' && c != '\r') {
          places[joined.length()] = i;
          joined.append(c);
        }
      }
      return new Unbroken(joined.toString(), places);
    }

    Hit hit(int start, int end) {
      return new Hit(places[start], places[end - 1] + 1);
    }
  }

  private static String inOneLine(String form) {
    return form.replace("\n", "").replace("\r", "");
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
}
