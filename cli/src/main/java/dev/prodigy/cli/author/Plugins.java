package dev.prodigy.cli.author;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.config.Configuration;
import dev.prodigy.cli.config.Effects;
import dev.prodigy.cli.config.StorePlace;
import dev.prodigy.storage.file.Directories;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

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
    Path usual = StorePlace.usersOwn(call.env()).resolve("plugins");
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
      Directories.files(plugin.resolve("commands"), ENDING).stream()
          .filter(Files::isRegularFile)
          .forEach(file -> commands.putIfAbsent(Directories.stem(file, ENDING), file));
    }
    return commands;
  }
}
