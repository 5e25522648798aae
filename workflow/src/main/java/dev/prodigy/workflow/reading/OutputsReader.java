package dev.prodigy.workflow.reading;

import dev.prodigy.workflow.yaml.Mapping;
import dev.prodigy.workflow.yaml.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Reads `outputs`: names of files a step makes, each with a pattern to find it by.
final class OutputsReader {

  private OutputsReader() {}

  static Map<String, String> read(Mapping fields, @Nullable String id) {
    Value value = fields.take("outputs");
    if (value == null) {
      return Map.of();
    }
    if (id == null) {
      value.problem("needs an `id`, by which later steps find what is put out");
    }
    var outputs = new LinkedHashMap<String, String>();
    value
        .mapping()
        .entries()
        .forEach(
            (name, output) -> {
              Mapping mapping = output.mapping();
              Value pattern = mapping.require("file_pattern");
              mapping.finish();
              outputs.put(name, pattern == null ? "" : pattern.text());
            });
    return outputs;
  }
}
