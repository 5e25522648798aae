package dev.prodigy.cli.author;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.command.Option;
import dev.prodigy.cli.command.Values;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.workflow.compose.Given;
import dev.prodigy.workflow.yaml.Value;
import dev.prodigy.workflow.yaml.Yaml;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// `--param` and `--param-file`, values for a workflow's parameters; and where its parts come from.
public final class ParameterOptions {
  public static final Option<List<Map.Entry<String, String>>> PARAM =
      Option.repeated("param", "K=V", Values.PARAMETER, "Value of a parameter of the workflow");
  public static final Option<List<Path>> FILE =
      Option.repeated(
          "param-file", "FILE", Values.PATH, "JSON or YAML mapping of values; --param outranks it");

  public static final Option<Boolean> OFFLINE =
      Option.flag("offline", "Workflows named by a URL: only as they were fetched before");

  private ParameterOptions() {}

  /// Later files outrank earlier ones, `--param` all of them.
  ///
  /// @throws ProdigyException if a file cannot be read, or is no mapping
  public static Map<String, Given> of(Invocation call) {
    var given = new LinkedHashMap<String, Given>();
    for (Path file : call.get(FILE)) {
      given.putAll(read(call.callerDirectory().resolve(file)));
    }
    call.get(PARAM).forEach(entry -> given.put(entry.getKey(), new Given.Text(entry.getValue())));
    return given;
  }

  private static Map<String, Given> read(Path file) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new ProdigyException(
          ErrorCode.VALIDATION,
          "Failed to read parameter file: " + file,
          file.toString(),
          Files.exists(file) ? e.toString() : "there is no such file",
          null,
          e);
    }
    var document = Yaml.parse(text, file.toString());
    Value root = document.root();
    var given = new LinkedHashMap<String, Given>();
    if (root != null && root.is(Value.Kind.MAPPING)) {
      root.mapping()
          .entries()
          .forEach((name, value) -> given.put(name, new Given.Data(value.json(), value.scalar())));
    } else if (root != null) {
      root.expected("a mapping of values");
    }
    if (!document.problems().none()) {
      var first = document.problems().found().getFirst();
      throw new ProdigyException(
          ErrorCode.VALIDATION,
          "Failed to parse parameter file as JSON or YAML: " + file,
          first.position() + "\n" + first.where(),
          first.cause(),
          null,
          null);
    }
    return given;
  }
}
