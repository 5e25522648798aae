package dev.prodigy.workflow.compose;

import dev.prodigy.model.ErrorCode;
import dev.prodigy.workflow.yaml.Problems;
import dev.prodigy.workflow.yaml.Value;
import dev.prodigy.workflow.yaml.Yaml;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Finds and reads the files a workflow refers to, each once.
final class Sources {
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final int LARGEST_BYTES = 10 << 20;
  private static final int MOST_FILES = 1000;
  private static final List<String> ENDINGS = List.of(".yml", ".yaml");
  private static final List<String> BASES = List.of("bases", "templates", "workflows", ".");
  private static final Pattern VARIABLE = Pattern.compile("\\$\\{([A-Za-z_][A-Za-z0-9_]*)}");
  private static final Pattern VERSIONED = Pattern.compile("(?<name>[^@]+)@(?<version>[\\w.+-]+)");
  private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");
  static final Pattern TEMPLATE_NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,127}");

  private final Places places;
  private final Problems problems;
  private final Map<Path, Optional<SourceFile>> read = new LinkedHashMap<>();
  private final Map<URI, Optional<SourceFile>> fetched = new HashMap<>();
  private final Map<String, Path> directories = new HashMap<>();
  private final Map<String, URI> addresses = new HashMap<>();
  private final List<String> shown = new ArrayList<>();

  Sources(Places places, Problems problems) {
    this.places = places;
    this.problems = problems;
  }

  /// The file everything begins with, which is read already.
  SourceFile main(Path file, String name, Value root) {
    Path real = real(file.toAbsolutePath().normalize());
    var source = new SourceFile(real.toString(), name, directory(file), root);
    read.put(real, Optional.of(source));
    shown.add(name);
    directories.put(name, source.directory());
    var _ = root.json(); // tells what is wrong with parts that the result does not have
    return source;
  }

  /// Names of all files read, in their order.
  List<String> shown() {
    return shown;
  }

  /// Where relative paths of the file start in which a value stands.
  Path directoryOf(Value value) {
    return directories.getOrDefault(value.position().file(), Path.of("").toAbsolutePath());
  }

  /// Whether a text names a file rather than something known by its name.
  static boolean isPath(String text) {
    return text.contains("/") || text.endsWith(".yml") || text.endsWith(".yaml");
  }

  /// A file named by its path, or by a URL: in a file that was fetched itself a relative path is
  /// one. Null after a problem.
  @Nullable SourceFile byPath(Value at) {
    String text = expanded(at.text(), at);
    if (text == null) {
      return null;
    }
    URI base = addresses.get(at.position().file());
    if (text.contains("://") || (base != null && !text.startsWith("/"))) {
      return byUrl(text, at, null);
    }
    Path path = resolve(text, at);
    if (path == null) {
      return null;
    }
    if (!Files.isRegularFile(path)) {
      at.problem(ErrorCode.WORKFLOW_NOT_FOUND, "file not found: " + path);
      return null;
    }
    return file(path, at);
  }

  /// A file on the network.
  ///
  /// @param sha256 what it is pinned to; null: nothing
  /// @return null after a problem
  @Nullable SourceFile byUrl(Value at, @Nullable Value sha256) {
    String text = expanded(at.text(), at);
    return text == null ? null : byUrl(text, at, sha256);
  }

  private @Nullable SourceFile byUrl(String text, Value at, @Nullable Value sha256) {
    String pin = sha256 == null ? null : sha256.text().toLowerCase(Locale.ROOT);
    if (sha256 != null && pin != null && !HASH.matcher(pin).matches()) {
      sha256.problem("expected the 64 hex digits of a SHA-256");
      return null;
    }
    URI url;
    try {
      URI base = addresses.get(at.position().file());
      url = (base == null ? new URI(text) : base.resolve(new URI(text))).normalize();
    } catch (URISyntaxException e) {
      at.problem("not a URL: " + e.getReason());
      return null;
    }
    if (!"https".equalsIgnoreCase(url.getScheme()) || url.getHost() == null) {
      at.problem("only `https://` is fetched, not " + url);
      return null;
    }
    Optional<SourceFile> known = fetched.get(url);
    if (known == null) {
      known = Optional.ofNullable(fetch(url, pin, at));
      fetched.put(url, known);
    }
    return known.orElse(null);
  }

  private @Nullable SourceFile fetch(URI url, @Nullable String pin, Value at) {
    if (tooMany(at)) {
      return null;
    }
    try {
      String text = places.remote().fetch(url, pin);
      addresses.put(url.toString(), url);
      return parsed(text, url.toString(), url.toString(), directoryOf(at));
    } catch (Remote.Refused e) {
      at.problem(ErrorCode.WORKFLOW_NOT_FOUND, String.valueOf(e.getMessage()));
      return null;
    }
  }

  private boolean tooMany(Value at) {
    if (read.size() + fetched.size() < MOST_FILES) {
      return false;
    }
    at.problem("more than %d files belong to this workflow".formatted(MOST_FILES));
    return true;
  }

  /// What `extends` names; `aliases` know nothing of it. Null after a problem.
  @Nullable SourceFile base(Value at) {
    String text = at.text();
    if (isPath(text)) {
      return byPath(at);
    }
    var tried = new ArrayList<Path>();
    for (Path root : roots(at)) {
      for (String directory : BASES) {
        for (String ending : ENDINGS) {
          try {
            tried.add(root.resolve(directory).resolve(text + ending).normalize());
          } catch (InvalidPathException e) {
            at.problem("not a name: " + e.getReason());
            return null;
          }
        }
      }
    }
    tried.addAll(templateCandidates(text));
    return first(tried, "base workflow", at);
  }

  private List<Path> roots(Value at) {
    Path own = directoryOf(at);
    Path project = places.project();
    return project == null || project.equals(own) ? List.of(own) : List.of(own, project);
  }

  /// A registered template, `name` or `name@version`. Null after a problem.
  @Nullable SourceFile template(String name, Value at) {
    return first(templateCandidates(name), "template", at);
  }

  boolean hasTemplate(String name) {
    return templateCandidates(name).stream().anyMatch(Files::isRegularFile);
  }

  private List<Path> templateCandidates(String name) {
    Matcher versioned = VERSIONED.matcher(name);
    String plain = versioned.matches() ? versioned.group("name") : name;
    var candidates = new ArrayList<Path>();
    if (TEMPLATE_NAME.matcher(plain).matches()) {
      for (Path directory : places.templates()) {
        for (String ending : ENDINGS) {
          candidates.add(
              versioned.matches()
                  ? directory.resolve(
                      "versions/" + plain + "/" + versioned.group("version") + ending)
                  : directory.resolve(plain + ending));
        }
        if (versioned.matches()
            && TemplateVersion.of(directory, plain).equals(versioned.group("version"))) {
          ENDINGS.forEach(ending -> candidates.add(directory.resolve(plain + ending)));
        }
      }
    }
    return candidates;
  }

  private @Nullable SourceFile first(List<Path> candidates, String what, Value at) {
    for (Path candidate : candidates) {
      if (Files.isRegularFile(candidate)) {
        return file(candidate, at);
      }
    }
    at.problem(
        ErrorCode.WORKFLOW_NOT_FOUND,
        "%s '%s' not found%s"
            .formatted(
                what.equals("template") ? "Template" : what,
                at.isScalar() ? at.scalar() : "",
                candidates.isEmpty()
                    ? ""
                    : "; tried:\n  "
                        + String.join("\n  ", candidates.stream().map(Path::toString).toList())));
    return null;
  }

  /// With `${VAR}` of the environment; null after a problem.
  private @Nullable String expanded(String text, Value at) {
    Matcher variables = VARIABLE.matcher(text);
    var expanded = new StringBuilder();
    while (variables.find()) {
      String value = places.environment().get(variables.group(1));
      if (value == null) {
        at.problem("`%s` is not set in the environment".formatted(variables.group(1)));
        return null;
      }
      variables.appendReplacement(expanded, Matcher.quoteReplacement(value));
    }
    return variables.appendTail(expanded).toString();
  }

  private @Nullable Path resolve(String text, Value at) {
    String home = places.environment().get("HOME");
    boolean inHome = home != null && (text.equals("~") || text.startsWith("~/"));
    String path = inHome ? home + text.substring(1) : text;
    try {
      return directoryOf(at).resolve(path).normalize();
    } catch (InvalidPathException e) {
      at.problem("not a path: " + e.getReason());
      return null;
    }
  }

  private @Nullable SourceFile file(Path path, Value at) {
    Path real = real(path);
    Optional<SourceFile> known = read.get(real);
    if (known == null) {
      known = Optional.ofNullable(parse(path, real, at));
      read.put(real, known);
    }
    return known.orElse(null); // null: its problems are told already
  }

  private @Nullable SourceFile parse(Path path, Path real, Value at) {
    if (tooMany(at)) {
      return null;
    }
    String text;
    try {
      if (Files.size(path) > LARGEST_BYTES) {
        at.problem("%s is larger than %d MB".formatted(path, LARGEST_BYTES >> 20));
        return null;
      }
      text = Files.readString(path);
    } catch (IOException e) {
      at.problem(
          "cannot read %s: %s"
              .formatted(path, e instanceof CharacterCodingException ? "not UTF-8 text" : e));
      return null;
    }
    return parsed(text, real.toString(), name(path), directory(path));
  }

  private @Nullable SourceFile parsed(String text, String identity, String name, Path directory) {
    String content = text.startsWith(BYTE_ORDER_MARK) ? text.substring(1) : text;
    var document =
        name.toLowerCase(Locale.ROOT).endsWith(".json")
            ? Yaml.parseJson(content, name, problems)
            : Yaml.parse(content, name, problems);
    Value root = document.root();
    if (root == null) {
      return null;
    }
    shown.add(name);
    directories.put(name, directory);
    var _ = root.json();
    return new SourceFile(identity, name, directory, root);
  }

  /// Shorter where it lies beside the first file.
  private String name(Path path) {
    Path main = directories.get(shown.getFirst());
    Path first = Path.of(shown.getFirst()).getParent();
    if (main != null && path.startsWith(main)) {
      Path relative = main.relativize(path);
      return first == null ? relative.toString() : first.resolve(relative).toString();
    }
    return path.toString();
  }

  private static Path directory(Path file) {
    Path parent = file.toAbsolutePath().normalize().getParent();
    return parent == null ? Path.of("/") : parent;
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException _) { // a text that is no file
      return path;
    }
  }
}
