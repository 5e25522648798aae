package dev.prodigy.engine;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;

/// The file named by `PRODIGY_OUTPUT`, to which a command may append variables: `name=value` lines,
/// or `name<<END`, lines of text, `END`. Commands that do not use it leave no file behind.
final class OutputFile {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_-]*");

  private OutputFile() {}

  /// Reads and deletes the file; what is not an assignment is left out.
  static Map<String, String> take(Path file) {
    String text;
    try {
      text = Files.readString(file);
      Files.delete(file);
    } catch (NoSuchFileException _) {
      return Map.of();
    } catch (IOException e) {
      throw EngineException.file(file, e);
    }
    return parse(text);
  }

  static Map<String, String> parse(String text) {
    var values = new LinkedHashMap<String, String>();
    var lines = text.lines().iterator();
    while (lines.hasNext()) {
      String line = lines.next();
      int equals = line.indexOf('=');
      int document = line.indexOf("<<");
      if (document > 0 && (equals < 0 || document < equals)) {
        String end = line.substring(document + 2).strip();
        var value = new StringBuilder();
        while (lines.hasNext()) {
          String next = lines.next();
          if (next.equals(end)) {
            break;
          }
          value.append(value.isEmpty() ? "" : "\n").append(next);
        }
        put(values, line.substring(0, document), value.toString());
      } else if (equals > 0) {
        put(values, line.substring(0, equals), line.substring(equals + 1));
      }
    }
    return values;
  }

  private static void put(Map<String, String> values, String name, String value) {
    if (NAME.matcher(name.strip()).matches()) {
      values.put(name.strip(), value);
    }
  }
}
