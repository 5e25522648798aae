package dev.prodigy.cli.author;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.config.Configuration;
import dev.prodigy.cli.config.Effects;
import dev.prodigy.cli.config.StorePlace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/// The directories of the user's plugins: each may have `templates/*.yml`, which workflows find by
/// name after all others, and `commands/*.md`, which `init` installs beside its own.
///
/// @param directories by the plugin's name, in the order they are configured
record Plugins(Map<String, Path> directories) {
  private static final String ENDING = ".md";

  /// Those the configuration names, if it allows any; one that is not there is warned of.
  static Plugins of(Invocation call) {
    return call.once(Plugins.class, () -> read(call));
  }

  private static Plugins read(Invocation call) {
    Path usual = StorePlace.root(call.env(), _ -> {}).resolve("plugins");
    Effects.Plugins configured = Effects.of(Configuration.of(call)).plugins(usual);
    var found = new LinkedHashMap<String, Path>();
    for (String name : configured.names()) {
      Path directory = configured.directory().resolve(name);
      if (TemplateStore.isName(name) && Files.isDirectory(directory)) {
        found.put(name, directory);
      } else {
        call.console().warn("Plugin '%s' not found: %s".formatted(name, directory));
      }
    }
    return new Plugins(found);
  }

  /// The agent commands, by name; of one name the first plugin's.
  Map<String, Path> commands() {
    var commands = new LinkedHashMap<String, Path>();
    for (Path plugin : directories.values()) {
      for (Path file : files(plugin.resolve("commands"))) {
        String name = file.getFileName().toString();
        commands.putIfAbsent(name.substring(0, name.length() - ENDING.length()), file);
      }
    }
    return commands;
  }

  private static List<Path> files(Path directory) {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(directory)) {
      return files
          .filter(file -> file.getFileName().toString().endsWith(ENDING))
          .filter(Files::isRegularFile)
          .sorted()
          .toList();
    } catch (IOException e) {
      throw TemplateStore.unreadable(directory, e);
    }
  }
}
