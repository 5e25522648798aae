package dev.prodigy.cli.author;

import dev.prodigy.workflow.LoadedWorkflow;
import dev.prodigy.workflow.compose.Composition;
import java.util.ArrayList;
import java.util.List;

/// What a workflow was composed of, as lines for people. Secret values are masked.
public final class CompositionText {
  private CompositionText() {}

  public static List<String> lines(LoadedWorkflow loaded) {
    Composition composition = loaded.composition();
    if (composition == null) {
      return List.of("Composition: " + loaded.fileName() + " alone");
    }
    var lines = new ArrayList<String>();
    lines.add("Composition:");
    lines.add("  Sources: " + String.join(", ", composition.sources()));
    if (!composition.templates().isEmpty()) {
      lines.add("  Templates: " + String.join(", ", composition.templates()));
    }
    composition
        .dependencies()
        .forEach(
            one ->
                lines.add(
                    "  [%s] %s -> %s".formatted(one.kind().word(), one.source(), one.resolved())));
    composition
        .parameters()
        .forEach(
            (name, value) ->
                lines.add("  Parameter %s: %s".formatted(name, composition.shown(name, value))));
    return lines;
  }
}
