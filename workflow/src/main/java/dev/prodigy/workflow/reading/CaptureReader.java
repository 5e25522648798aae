package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.Capture;
import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Reads `capture_output` and what belongs to it.
final class CaptureReader {

  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.-]*");
  private static final List<String> BESIDE = List.of("exit_code", "success", "duration");
  private static final Map<String, Set<String>> STREAMS = streams();
  private static final Map<String, Capture.Format> FORMATS = formats();

  private CaptureReader() {}

  static Capture read(Mapping step) {
    Value output = step.take("capture_output", "capture");
    Value format = step.take("capture_format");
    Value streams = step.take("capture_streams");
    Set<String> withheld = new HashSet<>();
    Set<String> kept = streams == null ? Set.of("stdout") : streams(streams, withheld);
    boolean named = output != null && !output.is(Value.Kind.BOOLEAN);
    return new Capture(
        output == null || named || output.flag(),
        output != null && named ? name(output) : null,
        format == null ? Capture.Format.STRING : format.word(FORMATS, Capture.Format.STRING),
        kept.contains("stdout"),
        kept.contains("stderr"),
        output != null,
        withheld);
  }

  private static @Nullable String name(Value value) {
    if (!value.isScalar()) {
      value.expected("true, false or a variable's name");
      return null;
    }
    if (!NAME.matcher(value.scalar()).matches()) {
      value.problem("`%s` cannot be a variable's name".formatted(value.scalar()));
    }
    BuiltIn.warnIfHidden(value);
    return value.scalar();
  }

  /// A word, a list with commas, or a mapping of booleans.
  private static Set<String> streams(Value value, Set<String> withheld) {
    if (value.is(Value.Kind.MAPPING)) {
      return streams(value.mapping(), withheld);
    }
    if (!value.is(Value.Kind.TEXT)) {
      value.expected("stdout, stderr, both, or a list of them with commas");
      return Set.of("stdout");
    }
    return Stream.of(value.text().split(",", -1))
        .map(String::strip)
        .flatMap(word -> stream(word, value).stream())
        .collect(Collectors.toSet());
  }

  private static Set<String> stream(String word, Value value) {
    Set<String> streams = STREAMS.get(word);
    if (streams == null) {
      value.problem(
          "unknown stream `%s` (valid: %s)".formatted(word, String.join(", ", STREAMS.keySet())));
      return Set.of();
    }
    return streams;
  }

  private static Set<String> streams(Mapping mapping, Set<String> withheld) {
    boolean stdout = mapping.flag("stdout", true);
    boolean stderr = mapping.flag("stderr", false);
    for (String name : BESIDE) {
      if (!mapping.flag(name, true)) {
        withheld.add(name);
      }
    }
    mapping.finish();
    return Stream.of(stdout ? "stdout" : "", stderr ? "stderr" : "").collect(Collectors.toSet());
  }

  private static Map<String, Set<String>> streams() {
    var words = new LinkedHashMap<String, Set<String>>();
    words.put("stdout", Set.of("stdout"));
    words.put("stderr", Set.of("stderr"));
    words.put("both", Set.of("stdout", "stderr"));
    BESIDE.forEach(name -> words.put(name, Set.of()));
    return words;
  }

  private static Map<String, Capture.Format> formats() {
    var words = new LinkedHashMap<String, Capture.Format>();
    words.put("string", Capture.Format.STRING);
    words.put("text", Capture.Format.STRING);
    words.put("json", Capture.Format.JSON);
    words.put("lines", Capture.Format.LINES);
    words.put("number", Capture.Format.NUMBER);
    words.put("boolean", Capture.Format.BOOLEAN);
    return words;
  }
}
