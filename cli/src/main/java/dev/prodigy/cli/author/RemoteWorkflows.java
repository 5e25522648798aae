package dev.prodigy.cli.author;

import dev.prodigy.model.Json;
import dev.prodigy.model.Sha256;
import dev.prodigy.storage.file.PrivateFiles;
import dev.prodigy.workflow.compose.Remote;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Workflows that are named by a URL. What was fetched stays in the store's cache: it is asked for
/// again only if it has changed, and is there when the network is not.
///
/// A workflow runs commands. So one that is to be run, is not pinned to a hash, and is not what was
/// agreed to before, needs somebody's agreement.
final class RemoteWorkflows implements Remote {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int LARGEST_BYTES = 1 << 20;
  private static final int MOST_REDIRECTS = 3;

  private final Path cache;
  private final boolean offline;
  private final @Nullable Predicate<String> agreement;
  private final Consumer<String> warnings;

  /// @param cache a directory, made when something is put there
  /// @param offline whether only the cache may be used
  /// @param agreement asked before something new is run; null: nothing will be run
  RemoteWorkflows(
      Path cache,
      boolean offline,
      @Nullable Predicate<String> agreement,
      Consumer<String> warnings) {
    this.cache = cache;
    this.offline = offline;
    this.agreement = agreement;
    this.warnings = warnings;
  }

  /// @param hash of the text, as pins have it
  /// @param etag what the server calls this text; empty if it does not say
  /// @param agreed the hash of the text somebody agreed to run; empty: none
  private record Copy(String text, String hash, String etag, String agreed) {
    static final Copy NONE = new Copy("", "", "", "");

    static Copy of(String text, String etag, String agreed) {
      return new Copy(text, Sha256.hex(text), etag, agreed);
    }

    boolean exists() {
      return !equals(NONE);
    }
  }

  @Override
  public String fetch(URI url, @Nullable String sha256) throws Refused {
    Copy kept = kept(url);
    if (kept.exists() && kept.hash().equals(sha256)) {
      return kept.text();
    }
    Copy current = current(url, kept);
    if (sha256 != null && !current.hash().equals(sha256)) {
      throw new Refused(
          "%s is not what it is pinned to: its sha256 is %s".formatted(url, current.hash()));
    }
    Copy agreed = sha256 == null ? agreed(url, current) : current;
    if (!agreed.equals(kept)) {
      keep(url, agreed);
    }
    return agreed.text();
  }

  private Copy agreed(URI url, Copy current) throws Refused {
    Predicate<String> asked = agreement;
    if (asked == null || current.hash().equals(current.agreed())) {
      return current;
    }
    String what = current.agreed().isEmpty() ? "is new" : "has changed";
    if (!asked.test("%s %s, and its commands will run. Go on?".formatted(url, what))) {
      throw new Refused(
          "%s %s, and its commands would run: agree with --yes, or pin it with `sha256: %s`"
              .formatted(url, what, current.hash()));
    }
    return new Copy(current.text(), current.hash(), current.etag(), current.hash());
  }

  private Copy current(URI url, Copy kept) throws Refused {
    if (offline) {
      if (!kept.exists()) {
        throw new Refused(url + " was never fetched, and --offline allows no network");
      }
      return kept;
    }
    try (var client =
        HttpClient.newBuilder()
            .connectTimeout(LIMIT)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build()) {
      return downloaded(client, url, kept);
    } catch (IOException e) {
      String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
      if (!kept.exists()) {
        throw new Refused("%s cannot be fetched: %s".formatted(url, why));
      }
      warnings.accept("%s cannot be fetched (%s): using the copy of before".formatted(url, why));
      return kept;
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      throw new Refused("interrupted while fetching " + url);
    }
  }

  private static Copy downloaded(HttpClient client, URI url, Copy kept)
      throws IOException, InterruptedException, Refused {
    URI at = url;
    for (int redirects = 0; redirects <= MOST_REDIRECTS; redirects++) {
      HttpRequest.Builder request = HttpRequest.newBuilder(at).timeout(LIMIT);
      if (!kept.etag().isEmpty()) {
        request.header("If-None-Match", kept.etag());
      }
      HttpResponse<InputStream> response =
          client.send(request.build(), HttpResponse.BodyHandlers.ofInputStream());
      try (InputStream body = response.body()) {
        int status = response.statusCode();
        if (status == 304) {
          return kept;
        }
        if (status == 200) {
          String etag = response.headers().firstValue("ETag").orElse("");
          return Copy.of(text(url, body.readNBytes(LARGEST_BYTES + 1)), etag, kept.agreed());
        }
        String location = response.headers().firstValue("Location").orElse("");
        if (status / 100 != 3 || location.isEmpty()) {
          throw new Refused("%s cannot be fetched: status %d".formatted(url, status));
        }
        at = at.resolve(location);
        if (!"https".equalsIgnoreCase(at.getScheme())) {
          throw new Refused("%s leads to %s, which is not https".formatted(url, at));
        }
      } catch (IllegalArgumentException e) {
        throw new Refused("%s leads to what is no URL: %s".formatted(url, e.getMessage()));
      }
    }
    throw new Refused("%s leads to more than %d others".formatted(url, MOST_REDIRECTS));
  }

  private static String text(URI url, byte[] bytes) throws Refused {
    if (bytes.length > LARGEST_BYTES) {
      throw new Refused("%s is larger than %d KB".formatted(url, LARGEST_BYTES >> 10));
    }
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      throw new Refused(url + " is not UTF-8 text");
    }
  }

  private Path file(URI url, String ending) {
    return cache.resolve(Sha256.hex(url.toString()) + ending);
  }

  /// A copy that is not whole any more counts as none.
  private Copy kept(URI url) {
    try {
      JsonNode about = Json.parse(Files.readString(file(url, ".json")));
      var copy =
          Copy.of(
              Files.readString(file(url, ".yml")),
              about.path("etag").asString(""),
              about.path("agreed").asString(""));
      return copy.hash().equals(about.path("sha256").asString("")) ? copy : Copy.NONE;
    } catch (IOException | JacksonException _) {
      return Copy.NONE;
    }
  }

  private void keep(URI url, Copy copy) throws Refused {
    var about =
        Json.NODES
            .objectNode()
            .put("url", url.toString())
            .put("sha256", copy.hash())
            .put("etag", copy.etag())
            .put("agreed", copy.agreed())
            .put("fetched_at", Instant.now().toString());
    try {
      replace(file(url, ".yml"), copy.text());
      replace(file(url, ".json"), Json.text(about) + "\n");
    } catch (IOException e) {
      throw new Refused("%s cannot be kept in %s: %s".formatted(url, cache, e));
    }
  }

  private static void replace(Path file, String text) throws IOException {
    PrivateFiles.replace(file, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
  }
}
