package dev.prodigy.workflow.compose;

import dev.prodigy.workflow.yaml.Value;
import java.util.ArrayList;
import java.util.List;

/// Paths of a file in another directory than the workflow's: they start at their own file.
final class RelativePaths {
  private RelativePaths() {}

  static void fix(Sections sections, Layer layer, SourceFile main) {
    SourceFile file = layer.chain().file();
    Value listed = sections.get("env_files");
    if (listed == null || file.directory().equals(main.directory())) {
      return;
    }
    var fixed = new ArrayList<Value>();
    for (Value each : listed.is(Value.Kind.LIST) ? listed.list() : List.of(listed)) {
      Value path = each.is(Value.Kind.MAPPING) ? each.peek("path") : each;
      if (path == null || !path.is(Value.Kind.TEXT) || isAbsolute(path.scalar())) {
        fixed.add(each);
      } else {
        Value absolute = path.textOf(file.directory() + "/" + path.scalar());
        fixed.add(
            each.is(Value.Kind.MAPPING) ? Sections.withField(each, "path", absolute) : absolute);
      }
    }
    sections.put("env_files", listed.listOf(fixed));
  }

  private static boolean isAbsolute(String path) {
    return path.startsWith("/") || path.startsWith("~") || path.startsWith("$");
  }
}
