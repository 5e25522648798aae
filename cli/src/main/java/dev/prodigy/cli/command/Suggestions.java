package dev.prodigy.cli.command;

import dev.prodigy.model.EditDistance;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a mistyped name probably meant.
final class Suggestions {
  private Suggestions() {}

  static @Nullable String command(String typed, Command group) {
    var names = new ArrayList<String>();
    for (Command command : group.subcommands()) {
      if (!command.isHidden()) {
        names.add(command.name());
        names.addAll(command.aliases());
      }
    }
    return sentence(nearest(typed, names), "");
  }

  static @Nullable String option(String typed, Command command) {
    var names = new ArrayList<String>();
    command.options().forEach(option -> names.add(option.name()));
    command.program().options().forEach(option -> names.add(option.name()));
    return sentence(nearest(typed, names), "--");
  }

  private static @Nullable String sentence(@Nullable String name, String prefix) {
    return name == null ? null : "did you mean '" + prefix + name + "'?";
  }

  private static @Nullable String nearest(String typed, List<String> names) {
    String best = null;
    int bestDistance = Integer.MAX_VALUE;
    for (String name : names) {
      boolean begins = typed.length() >= 2 && name.startsWith(typed);
      int distance = begins ? 1 : EditDistance.between(typed, name);
      if (distance <= Math.max(1, Math.min(typed.length(), name.length()) / 3)
          && distance < bestDistance) {
        best = name;
        bestDistance = distance;
      }
    }
    return best;
  }
}
