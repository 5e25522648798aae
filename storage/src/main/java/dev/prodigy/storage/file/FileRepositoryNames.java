package dev.prodigy.storage.file;

import dev.prodigy.model.ProdigyException;
import dev.prodigy.model.RepoName;
import dev.prodigy.model.Sha256;
import dev.prodigy.storage.RepositoryNames;
import dev.prodigy.storage.StorageException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// `repositories.json`: `{"version":1,"repos":{"<name>":{root, git_common_dir, ...}}}`
final class FileRepositoryNames implements RepositoryNames {
  /// `events/archive` and `archive/` have had another meaning.
  private static final String TAKEN = "archive";

  private record Entry(
      String root,
      String gitCommonDir,
      @Nullable String firstCommit,
      @Nullable String remote,
      Instant registeredAt) {}

  private final Documents documents;
  private final Path file;

  FileRepositoryNames(Documents documents, Path file) {
    this.documents = documents;
    this.file = file;
  }

  @Override
  public RepoName register(Identity repository) {
    Identity canonical = canonical(repository);
    Optional<RepoName> known = unchanged(canonical, repos(document()));
    return known.orElseGet(() -> documents.locked(file, () -> registerLocked(canonical)));
  }

  @Override
  public Optional<RepoName> find(Identity repository) {
    Identity canonical = canonical(repository);
    ObjectNode repos = repos(document());
    try {
      return Optional.of(name(canonical, repos));
    } catch (StorageException e) {
      throw e;
    } catch (ProdigyException _) { // its path gives no valid name
      return Optional.empty();
    }
  }

  @Override
  public Map<RepoName, Path> roots() {
    var roots = new LinkedHashMap<RepoName, Path>();
    for (Map.Entry<String, JsonNode> named : repos(document()).properties()) {
      entry(named.getValue())
          .ifPresent(e -> roots.put(new RepoName(named.getKey()), Path.of(e.root())));
    }
    return roots;
  }

  private RepoName registerLocked(Identity repository) {
    ObjectNode document = document();
    ObjectNode repos = repos(document);
    RepoName name = name(repository, repos);
    if (!repos.has(name.value()) && !name.value().equals(base(repository))) {
      documents.notice(
          "Another repository is called '%s' here; this one is kept as '%s'"
              .formatted(base(repository), name));
    }
    Instant registered =
        entry(repos.path(name.value())).map(Entry::registeredAt).orElseGet(documents::now);
    JsonNode entry =
        StoredJson.tree(
            new Entry(
                repository.root().toString(),
                repository.gitCommonDir().toString(),
                repository.firstCommit(),
                repository.remote(),
                registered));
    if (!entry.equals(repos.path(name.value()))) {
      repos.set(name.value(), entry);
      documents.replaceSealed(file, document);
    }
    return name;
  }

  /// Its name, if all is registered as it is now: then nothing needs writing.
  private Optional<RepoName> unchanged(Identity repository, ObjectNode repos) {
    return repos.properties().stream()
        .filter(named -> entry(named.getValue()).filter(e -> same(e, repository)).isPresent())
        .map(named -> new RepoName(named.getKey()))
        .findFirst();
  }

  private static boolean same(Entry entry, Identity repository) {
    return isAt(entry, repository)
        && entry.gitCommonDir().equals(repository.gitCommonDir().toString())
        && Objects.equals(entry.firstCommit(), repository.firstCommit())
        && Objects.equals(entry.remote(), repository.remote());
  }

  private RepoName name(Identity repository, ObjectNode repos) {
    for (Map.Entry<String, JsonNode> named : repos.properties()) {
      if (entry(named.getValue()).filter(e -> isAt(e, repository)).isPresent()) {
        return new RepoName(named.getKey());
      }
    }
    for (Map.Entry<String, JsonNode> named : repos.properties()) {
      if (entry(named.getValue()).filter(e -> movedTo(e, repository)).isPresent()) {
        return new RepoName(named.getKey());
      }
    }
    String base = base(repository);
    if (base.equals(TAKEN) || repos.has(base)) {
      return new RepoName(base + "-" + hash(repository.root()));
    }
    return new RepoName(base);
  }

  private static boolean isAt(Entry entry, Identity repository) {
    return entry.root().equals(repository.root().toString());
  }

  private static boolean movedTo(Entry entry, Identity repository) {
    return entry.firstCommit() != null
        && entry.firstCommit().equals(repository.firstCommit())
        && Objects.equals(entry.remote(), repository.remote())
        && !Files.exists(Path.of(entry.root()));
  }

  private static String base(Identity repository) {
    Path last = repository.root().getFileName();
    return last == null ? "" : last.toString();
  }

  private static String hash(Path root) {
    byte[] digest = Sha256.of(root.toString().getBytes(StandardCharsets.UTF_8));
    return HexFormat.of().formatHex(digest, 0, 4);
  }

  private static Identity canonical(Identity repository) {
    return new Identity(
        real(repository.root()),
        real(repository.gitCommonDir()),
        repository.firstCommit(),
        repository.remote());
  }

  private static Path real(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException _) { // not there (any more): the path as it was given
      return path.toAbsolutePath().normalize();
    }
  }

  private Optional<Entry> entry(JsonNode tree) {
    if (!tree.isObject()) {
      return Optional.empty();
    }
    try {
      return Optional.of(StoredJson.value(tree, Entry.class));
    } catch (StoredJson.Unreadable e) {
      throw StorageException.damaged(file, e.why());
    }
  }

  private ObjectNode document() {
    return documents.readSealed(file).orElseGet(() -> StoredJson.newObject().put("version", 1));
  }

  private static ObjectNode repos(ObjectNode document) {
    return document.withObjectProperty("repos");
  }
}
