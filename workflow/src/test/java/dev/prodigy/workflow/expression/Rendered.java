package dev.prodigy.workflow.expression;

import dev.prodigy.model.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Renders texts for tests and keeps the warnings.
final class Rendered {
  final Variables variables = new Variables();
  final Map<String, String> environment = new HashMap<>();
  final List<String> warnings = new ArrayList<>();
  Path cwd = Path.of("");

  Rendered with(String name, String text) {
    variables.set(name, text);
    return this;
  }

  Rendered withJson(String name, String json) {
    variables.set(name, Json.parse(json));
    return this;
  }

  Rendered withEnvironment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  Rendering options() {
    return new Rendering(false, environment, cwd, warnings::add);
  }

  Rendering strict() {
    return new Rendering(true, environment, cwd, warnings::add);
  }

  String text(String source) {
    return Template.parse(source, Template.Kind.TEXT).render(variables, options());
  }

  String shell(String source) {
    return Template.parse(source, Template.Kind.SHELL).render(variables, options());
  }

  String file(String source) {
    return Template.parse(source, Template.Kind.FILE).render(variables, options());
  }

  /// What a shell prints for the rendered text.
  String run(String source) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder("sh", "-c", shell(source)).redirectErrorStream(true);
    builder.environment().putAll(environment);
    Process process = builder.start();
    try (var output = process.getInputStream()) {
      return new String(output.readAllBytes(), StandardCharsets.UTF_8).stripTrailing();
    }
  }
}
