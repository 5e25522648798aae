package dev.prodigy.engine;

import dev.prodigy.model.ProdigyException;
import dev.prodigy.workflow.EnvironmentBlock.EnvFile;
import dev.prodigy.workflow.expression.Rendering;
import dev.prodigy.workflow.expression.Variables;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads `env_files`: lines `KEY=value`, later files and lines win. Values are taken as they stand:
/// nothing in them is expanded.
final class EnvFiles {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final String EXPORT = "export ";

  private final EnvironmentInputs inputs;
  private final Variables names = new Variables();

  /// @param profile the active one; empty if there is none
  EnvFiles(EnvironmentInputs inputs, Optional<String> profile) {
    this.inputs = inputs;
    profile.ifPresent(name -> names.set("active_profile", name));
  }

  Map<String, String> read(List<EnvFile> files) {
    var all = new LinkedHashMap<String, String>();
    for (EnvFile file : files) {
      path(file).ifPresent(path -> all.putAll(read(path, file.required())));
    }
    return all;
  }

  /// An optional file whose path names what is undefined is left out.
  private Optional<Path> path(EnvFile file) {
    try {
      var rendering = new Rendering(true, inputs.process(), inputs.files(), _ -> {});
      return Optional.of(inputs.resolve(file.path().render(names, rendering)));
    } catch (ProdigyException e) {
      if (file.required()) {
        throw EngineException.environmentFile(file.path().source(), e.message());
      }
      return Optional.empty();
    }
  }

  private static Map<String, String> read(Path file, boolean required) {
    try {
      return parse(Files.readString(file), file);
    } catch (NoSuchFileException _) {
      if (required) {
        throw EngineException.environmentFile(file.toString(), "no such file");
      }
      return Map.of();
    } catch (CharacterCodingException _) {
      throw EngineException.environmentFile(file.toString(), "not UTF-8 text");
    } catch (IOException e) {
      throw EngineException.environmentFile(file.toString(), String.valueOf(e.getMessage()));
    }
  }

  static Map<String, String> parse(String text, Path file) {
    var values = new LinkedHashMap<String, String>();
    int number = 0;
    String content = text.startsWith("\uFEFF") ? text.substring(1) : text;
    for (String raw : content.lines().toList()) {
      number++;
      String line = raw.strip();
      if (line.isEmpty() || line.startsWith("#")) {
        continue;
      }
      String where = file + ":" + number;
      String assignment = line.startsWith(EXPORT) ? line.substring(EXPORT.length()) : line;
      int equals = assignment.indexOf('=');
      String name = equals < 0 ? "" : assignment.substring(0, equals).strip();
      if (!NAME.matcher(name).matches()) {
        throw EngineException.environmentLine(where + ": expected KEY=value");
      }
      values.put(name, value(assignment.substring(equals + 1).strip(), where));
    }
    return values;
  }

  private static String value(String text, String where) {
    char first = text.isEmpty() ? ' ' : text.charAt(0);
    if (first == '"' || first == '\'') {
      int end = text.indexOf(first, 1);
      String rest = end < 0 ? "" : text.substring(end + 1).strip();
      if (end < 0 || !(rest.isEmpty() || rest.startsWith("#"))) {
        throw EngineException.environmentLine(where + ": unbalanced quotes");
      }
      return text.substring(1, end);
    }
    if (text.endsWith("\"") || text.endsWith("'")) {
      throw EngineException.environmentLine(where + ": unbalanced quotes");
    }
    int comment = text.startsWith("#") ? 0 : text.indexOf(" #");
    return comment < 0 ? text : text.substring(0, comment).strip();
  }
}
