package dev.prodigy.engine;

import dev.prodigy.engine.SecretSources.Unavailable;
import dev.prodigy.model.Json;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Reads key/value secrets of HashiCorp Vault, versions 1 and 2 of the engine, with the usual
/// variables: `VAULT_ADDR`, `VAULT_TOKEN` or `~/.vault-token`, `VAULT_NAMESPACE`.
final class Vault {
  private static final int LIMIT_MILLIS = 10_000;

  private final Map<String, String> environment;

  Vault(Map<String, String> environment) {
    this.environment = environment;
  }

  Optional<String> token() {
    String token = environment.get("VAULT_TOKEN");
    if (token != null && !token.isEmpty()) {
      return Optional.of(token);
    }
    try {
      String home = environment.getOrDefault("HOME", "");
      return Optional.of(Files.readString(Path.of(home, ".vault-token")).strip());
    } catch (IOException _) {
      return Optional.empty();
    }
  }

  /// @param key `mount/data/path#field`
  /// @param version `v1` or `v2` of the engine, or the number of the secret's version
  String read(String key, @Nullable String version) {
    int hash = key.indexOf('#');
    String path = hash < 0 ? key : key.substring(0, hash);
    boolean numbered = version != null && version.chars().allMatch(Character::isDigit);
    JsonNode data = get(path + (numbered ? "?version=" + version : ""), key).path("data");
    boolean second = !"v1".equals(version) && data.path("data").isObject() && data.has("metadata");
    return field(second ? data.path("data") : data, key, hash < 0 ? "" : key.substring(hash + 1));
  }

  private static String field(JsonNode data, String key, String name) {
    String wanted = name.isEmpty() && data.has("value") ? "value" : name;
    JsonNode value =
        wanted.isEmpty() && data.size() == 1 ? data.iterator().next() : data.path(wanted);
    if (!value.isValueNode()) {
      throw new Unavailable(
          wanted.isEmpty()
              ? "Secret has several fields, name one with #: vault:" + key
              : "Secret has no field '%s': vault:%s".formatted(wanted, key));
    }
    return value.asString();
  }

  private JsonNode get(String path, String key) {
    String address = environment.getOrDefault("VAULT_ADDR", "");
    String token = token().orElse("");
    if (address.isEmpty() || token.isEmpty()) {
      throw new Unavailable(
          "Secret not read from vault:%s (%s is not set)"
              .formatted(key, address.isEmpty() ? "VAULT_ADDR" : "VAULT_TOKEN"));
    }
    try {
      var url = URI.create(address.replaceFirst("/+$", "") + "/v1/" + path).toURL();
      var connection = (HttpURLConnection) url.openConnection();
      try {
        return answer(connection, token, key);
      } finally {
        connection.disconnect();
      }
    } catch (IOException | IllegalArgumentException | JacksonException e) {
      throw new Unavailable(
          "Secret not read from vault:%s (%s)".formatted(key, e.getClass().getSimpleName()));
    }
  }

  private JsonNode answer(HttpURLConnection connection, String token, String key)
      throws IOException {
    connection.setConnectTimeout(LIMIT_MILLIS);
    connection.setReadTimeout(LIMIT_MILLIS);
    connection.setRequestProperty("X-Vault-Token", token);
    String namespace = environment.get("VAULT_NAMESPACE");
    if (namespace != null) {
      connection.setRequestProperty("X-Vault-Namespace", namespace);
    }
    int status = connection.getResponseCode();
    if (status != HttpURLConnection.HTTP_OK) {
      throw new Unavailable("Secret not read from vault:%s (HTTP %d)".formatted(key, status));
    }
    try (var in = connection.getInputStream()) {
      return Json.parse(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    }
  }
}
