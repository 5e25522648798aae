package dev.prodigy.workflow;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/// Spoils texts in ways that happen, and in ways that somebody would have to mean.
final class Mutator {
  private static final List<String> ODD =
      List.of(
          "null",
          "~",
          "true",
          "-1",
          "0x",
          "1e999999999",
          ".inf",
          "[]",
          "{}",
          "[",
          "}",
          "&a",
          "*a",
          "<<: *a",
          "<<",
          "!!int",
          "!x",
          "!",
          "|",
          ">",
          "|9",
          "%YAML 2.0",
          "---",
          "...",
          "\t",
          "${",
          "${a:-${b",
          "${a|nope}",
          "$(",
          "${map.x}",
          "\u0000",
          "\uD800",
          "\uFEFF",
          "\u2028",
          "'",
          "\"",
          "- ",
          "? ",
          ": ",
          "#",
          "mode: mapreduce",
          "commands:",
          "retry: {",
          "when: ((");

  private static final int LONGEST = 1_000_000;

  private final Random random;
  private final int hugeCharacters;

  /// @param hugeCharacters of the longest scalars put in
  Mutator(long seed, int hugeCharacters) {
    this.random = new Random(seed);
    this.hugeCharacters = hugeCharacters;
  }

  String mutate(String text) {
    String mutated = text;
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      mutated = once(mutated);
    }
    return mutated;
  }

  private String once(String text) {
    if (text.length() > LONGEST) {
      return text; // spoilt enough
    }
    return switch (random.nextInt(12)) {
      case 0, 1 -> flipped(text);
      case 2 -> withoutLines(text);
      case 3 -> withLinesTwice(text);
      case 4, 5 -> swapped(text);
      case 6, 7 -> odd(text);
      case 8 -> text.substring(0, random.nextInt(text.length() + 1));
      case 9 -> shifted(text);
      case 10 -> random.nextInt(4) == 0 ? nested(text) : odd(text);
      default ->
          switch (random.nextInt(12)) {
            case 0 -> huge(text);
            case 1 -> bomb(text);
            default -> swapped(text);
          };
    };
  }

  private String flipped(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 1 + random.nextInt(8); i > 0 && bytes.length > 0; i--) {
      bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
    }
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private List<String> lines(String text) {
    return new ArrayList<>(text.lines().toList());
  }

  private String withoutLines(String text) {
    List<String> lines = lines(text);
    for (int i = 1 + random.nextInt(5); i > 0 && !lines.isEmpty(); i--) {
      lines.remove(random.nextInt(lines.size()));
    }
    return String.join("\n", lines);
  }

  private String withLinesTwice(String text) {
    List<String> lines = lines(text);
    for (int i = 1 + random.nextInt(5); i > 0 && !lines.isEmpty(); i--) {
      lines.add(random.nextInt(lines.size()), lines.get(random.nextInt(lines.size())));
    }
    return String.join("\n", lines);
  }

  private String shifted(String text) {
    List<String> lines = lines(text);
    if (lines.isEmpty()) {
      return text;
    }
    int at = random.nextInt(lines.size());
    String line = lines.get(at);
    lines.set(at, random.nextBoolean() ? " ".repeat(1 + random.nextInt(6)) + line : line.strip());
    return String.join("\n", lines);
  }

  /// Words and what stands between them.
  private static List<String> tokens(String text) {
    return new ArrayList<>(List.of(text.split("(?<=\\W)|(?=\\W)", -1)));
  }

  private String swapped(String text) {
    List<String> tokens = tokens(text);
    for (int i = 1 + random.nextInt(3); i > 0; i--) {
      int a = random.nextInt(tokens.size());
      int b = random.nextInt(tokens.size());
      String kept = tokens.get(a);
      tokens.set(a, tokens.get(b));
      tokens.set(b, kept);
    }
    return String.join("", tokens);
  }

  private String odd(String text) {
    List<String> tokens = tokens(text);
    tokens.set(random.nextInt(tokens.size()), ODD.get(random.nextInt(ODD.size())));
    return String.join("", tokens);
  }

  private String nested(String text) {
    String deep =
        switch (random.nextInt(6)) {
          case 4 -> "$(".repeat(1000) + ")".repeat(1000);
          case 5 -> "\n  when: \"" + "(".repeat(1000) + "a" + ")".repeat(1000) + "\"\n";
          case 0 -> "[".repeat(1000) + "]".repeat(1000);
          case 1 -> "{a: ".repeat(1000) + "}".repeat(1000);
          case 2 -> "- ".repeat(1000) + "x";
          default -> "${a:-".repeat(1000) + "}".repeat(1000);
        };
    return insertedInto(text, deep);
  }

  private String bomb(String text) {
    var bomb = new StringBuilder("\nx0: &x0 [y, y, y, y, y, y, y, y, y, y]\n");
    for (int i = 1; i < 9; i++) {
      bomb.append("x%d: &x%d [%s]\n".formatted(i, i, ("*x" + (i - 1) + ", ").repeat(10)));
    }
    return text + bomb;
  }

  private String huge(String text) {
    int length = random.nextInt(4) == 0 ? hugeCharacters : 100_000;
    String scalar =
        switch (random.nextInt(5)) {
          case 0 -> "7".repeat(length);
          case 1 -> "\"" + "a b ".repeat(length / 4) + "\"";
          case 2 -> "k".repeat(length) + ": v";
          case 3 -> "${".repeat(length / 2);
          default -> "x".repeat(length);
        };
    return insertedInto(text, scalar);
  }

  private String insertedInto(String text, String what) {
    List<String> tokens = tokens(text);
    tokens.set(random.nextInt(tokens.size()), what);
    return String.join("", tokens);
  }
}
