package dev.prodigy.engine;

import dev.prodigy.agent.AgentException;
import dev.prodigy.agent.CommandResult;
import dev.prodigy.agent.CommandSpec;
import dev.prodigy.agent.ProcessRunner;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.EnvValue.Provided;
import dev.prodigy.workflow.EnvironmentBlock.SecretCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// Fetches secrets from where they are kept: files, Vault, AWS, or what a command prints. Keys are
/// arguments of the commands, values are only ever their output.
final class SecretSources {
  private static final String NOT_ASKED = "***";
  private static final Duration AWS_LIMIT = Duration.ofSeconds(30);

  private final EnvironmentInputs inputs;
  private final Map<String, SecretCommand> providers;
  private final Consumer<String> warnings;
  private final boolean asking;
  private final Set<String> credentials = new LinkedHashSet<>();

  /// @param asking false: no command is run and no server asked; such secrets read `***`
  SecretSources(
      EnvironmentInputs inputs,
      Map<String, SecretCommand> providers,
      Consumer<String> warnings,
      boolean asking) {
    this.inputs = inputs;
    this.asking = asking;
    this.providers = providers;
    this.warnings = warnings;
  }

  /// A secret that cannot be had; others are still tried, and all are told at once.
  static final class Unavailable extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final transient List<String> problems;

    Unavailable(String problem) {
      super(problem);
      problems = List.of(problem);
    }

    Unavailable(Collection<String> problems) {
      super(String.join("\n", problems));
      this.problems = List.copyOf(problems);
    }

    List<String> problems() {
      return problems;
    }
  }

  /// What was needed to fetch secrets must not be shown either.
  Set<String> credentials() {
    return credentials;
  }

  /// @param key rendered; what a provider makes of it is its own affair
  /// @throws Unavailable with the reason
  String fetch(Provided secret, String key) {
    if (!asking && !secret.provider().equals(Provided.FILE)) {
      return NOT_ASKED;
    }
    return switch (secret.provider()) {
      case Provided.FILE -> file(key);
      case Provided.VAULT -> {
        var vault = new Vault(inputs.process());
        vault.token().ifPresent(credentials::add);
        yield vault.read(key, secret.version());
      }
      case Provided.AWS -> aws(key, secret.version());
      default -> custom(secret.provider(), key, secret.version());
    };
  }

  private String file(String key) {
    Path path = inputs.resolve(key);
    try {
      String value = withoutTrailingNewlines(Files.readString(path));
      Set<PosixFilePermission> rights = Files.getPosixFilePermissions(path);
      if (rights.contains(PosixFilePermission.GROUP_READ)
          || rights.contains(PosixFilePermission.OTHERS_READ)) {
        warnings.accept("Secret file %s can be read by others: chmod 600 it".formatted(path));
      }
      return value;
    } catch (IOException | UnsupportedOperationException _) {
      throw new Unavailable("Failed to read secret file: " + path);
    }
  }

  private String aws(String key, @Nullable String version) {
    int hash = key.indexOf('#');
    String id = hash < 0 ? key : key.substring(0, hash);
    var argv = new ArrayList<>(List.of("aws", "secretsmanager", "get-secret-value"));
    argv.addAll(List.of("--secret-id", id, "--query", "SecretString", "--output", "text"));
    if (version != null) {
      argv.addAll(List.of("--version-id", version));
    }
    String text = run("aws:" + key, argv, Map.of(), AWS_LIMIT);
    return hash < 0 ? text : field(text, key, key.substring(hash + 1));
  }

  private static String field(String text, String key, String name) {
    try {
      JsonNode value = Json.parse(text).path(name);
      if (value.isValueNode()) {
        return value.asString();
      }
    } catch (JacksonException _) { // told below, without the text
    }
    throw new Unavailable("Secret has no field '%s': aws:%s".formatted(name, key));
  }

  private String custom(String provider, String key, @Nullable String version) {
    SecretCommand command = providers.get(provider);
    if (command == null) {
      throw new Unavailable(
          "Secret provider '%s' is not defined: set secret_providers.%s.command"
              .formatted(provider, provider));
    }
    var more = new HashMap<String, String>();
    more.put("PRODIGY_SECRET_KEY", key);
    if (version != null) {
      more.put("PRODIGY_SECRET_VERSION", version);
    }
    var argv = List.of("/bin/sh", "-c", command.command() + " \"$@\"", provider, key);
    return run(provider + ":" + key, argv, more, command.limit());
  }

  /// @param name the secret, as messages call it
  String run(String name, List<String> argv, Map<String, String> more, Duration limit) {
    if (!asking) {
      return NOT_ASKED;
    }
    var environment = new HashMap<>(InheritedVariables.all(inputs.process()));
    environment.putAll(more);
    try (var processes = new ProcessRunner()) {
      var spec = CommandSpec.of(argv, inputs.project(), environment).withTimeout(limit);
      CommandResult done = processes.run(spec);
      if (!done.succeeded()) {
        throw new Unavailable(
            "Secret command failed: %s (exit code %d: %s)"
                .formatted(name, done.exitCode(), FailureText.firstLine(done.stderr())));
      }
      return withoutTrailingNewlines(done.stdout());
    } catch (AgentException e) {
      throw new Unavailable("Secret command failed: %s (%s)".formatted(name, e.message()));
    }
  }

  private static String withoutTrailingNewlines(String text) {
    return Captures.withoutTrailingNewlines(text);
  }
}
