package dev.prodigy.cli.author;

import dev.prodigy.cli.command.Invocation;
import dev.prodigy.cli.config.Configuration;
import dev.prodigy.cli.config.StorePlace;
import dev.prodigy.model.ErrorCode;
import dev.prodigy.model.ProdigyException;
import dev.prodigy.workflow.compose.Places;
import dev.prodigy.workflow.yaml.Spelling;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Where registered templates are: the project's directories before the user's.
public final class TemplateStore {
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");
  private static final List<String> ENDINGS = List.of(".yml", ".yaml");

  private final Path project;
  private final Path user;
  private final Map<String, Path> layers = new LinkedHashMap<>();

  private TemplateStore(Invocation call) {
    project = Configuration.project(call);
    user = StorePlace.usersOwn(call.env()).resolve("templates");
    layers.put("project", project.resolve("templates"));
    layers.put("project (.prodigy)", project.resolve(".prodigy/templates"));
    layers.put("user", user);
    String home = call.env().getOrDefault("HOME", "");
    if (!home.isBlank()) {
      layers.put("system", Path.of(home, ".local/share/prodigy/templates"));
    }
    Plugins.of(call)
        .directories()
        .forEach((name, path) -> layers.put("plugin " + name, path.resolve("templates")));
  }

  public static TemplateStore of(Invocation call) {
    return new TemplateStore(call);
  }

  /// What composing a workflow needs to know of the places around it, if it is only looked at.
  public static Places places(Invocation call) {
    return places(call, null);
  }

  /// The same if it will be run.
  ///
  /// @param agreed whether the user has agreed to whatever is new on the network
  public static Places placesToRun(Invocation call, boolean agreed) {
    return places(call, question -> agreed || call.console().prompts().confirm(question));
  }

  private static Places places(Invocation call, @Nullable Predicate<String> agreement) {
    var store = new TemplateStore(call);
    var remote =
        new RemoteWorkflows(
            store.user.resolveSibling("cache").resolve("workflows"),
            call.get(ParameterOptions.OFFLINE),
            agreement,
            call.console()::warn);
    return new Places(call.env(), store.project, List.copyOf(store.layers.values()), remote);
  }

  /// Whether something may be called so: it is part of a path then.
  static boolean isName(String name) {
    return NAME.matcher(name).matches();
  }

  /// One registered template.
  ///
  /// @param layer the word for where it is
  /// @param shadowed whether another of the same name comes first
  record Template(String name, Path file, String layer, boolean shadowed) {
    TemplateInfo info() {
      return TemplateInfo.of(this);
    }
  }

  /// By name; of one name the one that counts first.
  List<Template> all() {
    var found = new ArrayList<Template>();
    for (String name : names()) {
      boolean shadowed = false;
      for (Map.Entry<String, Path> layer : layers.entrySet()) {
        Optional<Path> file = file(layer.getValue(), name);
        if (file.isPresent()) {
          found.add(new Template(name, file.get(), layer.getKey(), shadowed));
          shadowed = true;
        }
      }
    }
    return found;
  }

  private Set<String> names() {
    var names = new TreeSet<String>();
    for (Path directory : layers.values()) {
      if (Files.isDirectory(directory)) {
        try (Stream<Path> files = Files.list(directory)) {
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> ENDINGS.stream().anyMatch(name::endsWith))
              .map(name -> name.substring(0, name.lastIndexOf('.')))
              .filter(name -> NAME.matcher(name).matches())
              .forEach(names::add);
        } catch (IOException e) {
          throw unreadable(directory, e);
        }
      }
    }
    return names;
  }

  private static Optional<Path> file(Path directory, String name) {
    return ENDINGS.stream()
        .map(ending -> directory.resolve(name + ending))
        .filter(Files::isRegularFile)
        .findFirst();
  }

  Optional<Template> find(String name) {
    return NAME.matcher(name).matches()
        ? all().stream().filter(one -> one.name().equals(name)).findFirst()
        : Optional.empty();
  }

  /// @throws ProdigyException naming those that are near, if there is none
  Template require(String name) {
    return find(name)
        .orElseThrow(
            () ->
                new ProdigyException(
                    ErrorCode.WORKFLOW_NOT_FOUND,
                    "Template '%s' not found".formatted(name),
                    Spelling.nearest(name, names())
                        .map("did you mean '%s'?"::formatted)
                        .orElse("prodigy template list")));
  }

  /// The file of a registered template that `run NAME` may mean.
  public Optional<Path> runnable(String name) {
    return find(name).map(Template::file);
  }

  /// Where a new one is put.
  Path target(boolean ofProject) {
    return ofProject ? project.resolve(".prodigy/templates") : user;
  }

  /// @throws InvalidTemplateName if it cannot be a template's name
  static String checked(String name) {
    if (!NAME.matcher(name).matches()) {
      throw new InvalidTemplateName(name);
    }
    return name;
  }

  static ProdigyException unreadable(Path file, IOException e) {
    return new ProdigyException(
        ErrorCode.STORAGE_IO, "Cannot access " + file, file.toString(), e.toString(), null, e);
  }
}
