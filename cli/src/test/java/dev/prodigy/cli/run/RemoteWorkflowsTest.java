package dev.prodigy.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.prodigy.cli.CommandRun;
import dev.prodigy.cli.ExitCode;
import dev.prodigy.testkit.TestRepository;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Workflows that are named by a URL, from a real HTTPS server whose certificate is trusted here.
class RemoteWorkflowsTest {
  private static final String PASSWORD = "changeit";

  @TempDir static Path keys;
  private static SSLContext before;
  private static HttpsServer server;
  private static final Map<String, String> TEXTS = new ConcurrentHashMap<>();
  private static final Map<String, String> REDIRECTS = new ConcurrentHashMap<>();
  private static final List<String> REQUESTS = Collections.synchronizedList(new ArrayList<>());

  @TempDir Path home;
  private TestRepository repository;

  @BeforeAll
  static void serve() throws Exception {
    Path store = keys.resolve("key.p12");
    String keytool = Path.of(System.getProperty("java.home"), "bin/keytool").toString();
    var made =
        new ProcessBuilder(
                List.of(
                    keytool,
                    "-genkeypair",
                    "-keyalg",
                    "EC",
                    "-alias",
                    "test",
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "san=dns:localhost",
                    "-validity",
                    "2",
                    "-keystore",
                    store.toString(),
                    "-storepass",
                    PASSWORD))
            .redirectErrorStream(true)
            .start();
    assertThat(made.waitFor()).isZero();
    SSLContext both = trusting(store);
    before = SSLContext.getDefault();
    SSLContext.setDefault(both);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(both));
    server.createContext("/", RemoteWorkflowsTest::answer);
    server.start();
  }

  private static SSLContext trusting(Path store) throws GeneralSecurityException, IOException {
    KeyStore keyStore = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(store)) {
      keyStore.load(in, PASSWORD.toCharArray());
    }
    var own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keyStore, PASSWORD.toCharArray());
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("test", keyStore.getCertificate("test"));
    var others = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    others.init(trusted);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own.getKeyManagers(), others.getTrustManagers(), null);
    return context;
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    REQUESTS.add(path);
    String redirect = REDIRECTS.get(path);
    String text = TEXTS.get(path);
    if (redirect != null) {
      exchange.getResponseHeaders().add("Location", redirect);
      exchange.sendResponseHeaders(302, -1);
    } else if (text == null) {
      exchange.sendResponseHeaders(404, -1);
    } else {
      String etag = "\"" + text.hashCode() + "\"";
      exchange.getResponseHeaders().add("ETag", etag);
      if (etag.equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
        exchange.sendResponseHeaders(304, -1);
      } else {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
      }
    }
    exchange.close();
  }

  @AfterAll
  static void close() {
    SSLContext.setDefault(before);
    server.stop(0);
  }

  @BeforeEach
  void open() {
    repository = TestRepository.create(home.resolve("project"));
    TEXTS.clear();
    REDIRECTS.clear();
    REQUESTS.clear();
  }

  private static String url(String path) {
    return "https://localhost:%d%s".formatted(server.getAddress().getPort(), path);
  }

  private CommandRun.Result run(String yaml, String... options) {
    repository.write("flow.yml", yaml);
    var args = new ArrayList<>(List.of("run", "flow.yml"));
    args.addAll(List.of(options));
    return prodigy(args.toArray(String[]::new));
  }

  private CommandRun.Result prodigy(String... args) {
    return CommandRun.in(repository.path())
        .env("HOME", home.resolve("home").toString())
        .env("PATH", System.getenv("PATH"))
        .env("GIT_CONFIG_GLOBAL", "/dev/null")
        .run(args);
  }

  @Test
  void whatIsNewNeedsAgreementOnce() {
    TEXTS.put("/ci.yml", "commands: [{shell: echo from afar}]\n");
    String yaml = "imports: [\"%s\"]\n".formatted(url("/ci.yml"));

    var refused = run(yaml);
    assertThat(refused.code()).isEqualTo(ExitCode.FAILED);
    assertThat(refused.err())
        .contains("flow.yml:1:11", "is new, and its commands would run", "--yes", "sha256: ");
    assertThat(run(yaml, "-y").out()).contains("from afar");
    assertThat(run(yaml).out()).contains("from afar");
    TEXTS.put("/ci.yml", "commands: [{shell: echo changed}]\n");
    assertThat(run(yaml).err()).contains("has changed, and its commands would run");
    assertThat(run(yaml, "-y").out()).contains("changed");
  }

  @Test
  void lookingNeedsNoAgreementAndGivesNone() {
    TEXTS.put("/ci.yml", "commands: [{shell: echo from afar}]\n");
    repository.write("flow.yml", "extends: \"%s\"\n".formatted(url("/ci.yml")));

    assertThat(prodigy("validate", "flow.yml").code()).isZero();
    assertThat(prodigy("compose", "flow.yml").out()).contains("echo from afar", url("/ci.yml"));
    assertThat(prodigy("run", "flow.yml", "--dry-run").out()).contains("echo from afar");
    assertThat(prodigy("run", "flow.yml").code()).isEqualTo(ExitCode.FAILED);
  }

  @Test
  void whatIsPinnedIsFetchedOnceAndMustBeThat() throws GeneralSecurityException {
    String text = "commands: [{shell: echo pinned}]\n";
    TEXTS.put("/ci.yml", text);
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    String yaml = "imports: [{url: \"%s\", sha256: %s}]\n";
    String good = yaml.formatted(url("/ci.yml"), HexFormat.of().formatHex(hash));

    assertThat(run(good).out()).contains("pinned");
    assertThat(run(good).out()).contains("pinned");
    assertThat(REQUESTS).containsExactly("/ci.yml");
    assertThat(run(yaml.formatted(url("/ci.yml"), "0".repeat(64))).err())
        .contains("is not what it is pinned to: its sha256 is " + HexFormat.of().formatHex(hash));
    assertThat(run(yaml.formatted(url("/ci.yml"), "abc")).err()).contains("64 hex digits");
  }

  @Test
  void pathsInItAreBesideIt() {
    TEXTS.put("/a/ci.yml", "imports: [../b/more.yml]\ncommands: [{shell: echo one}]\n");
    TEXTS.put("/b/more.yml", "commands: [{shell: echo two}]\n");

    var result = run("template: {source: \"%s\"}\n".formatted(url("/a/ci.yml")), "-y");
    assertThat(result.out()).as(result.err()).contains("one", "two");
    TEXTS.put("/b/more.yml", "extends: ../a/ci.yml\n");
    assertThat(run("template: {source: {url: \"%s\"}}\n".formatted(url("/a/ci.yml")), "-y").err())
        .contains("Circular dependency detected", url("/b/more.yml") + ":1");
    TEXTS.put("/b/more.yml", "commands: [{shel: x}]\n");
    assertThat(run("template: {source: \"%s\"}\n".formatted(url("/a/ci.yml")), "-y").err())
        .contains(url("/b/more.yml") + ":1:12");
  }

  @Test
  void withoutTheNetworkTheCopyServes() {
    TEXTS.put("/ci.yml", "commands: [{shell: echo from afar}]\n");
    String yaml = "workflows: {main: {source: \"%s\"}}\n".formatted(url("/ci.yml"));

    assertThat(run(yaml, "--offline").err()).contains("was never fetched, and --offline");
    assertThat(run(yaml, "-y").code()).isZero();
    REQUESTS.clear();
    assertThat(run(yaml, "--offline").out()).contains("from afar");
    assertThat(REQUESTS).isEmpty();
    String gone = "workflows: {main: {source: \"https://localhost:1/x.yml\"}}\n";
    assertThat(run(gone, "-y").err()).contains("https://localhost:1/x.yml cannot be fetched");
  }

  @Test
  void onlySmallHttpsTextsAreTaken() {
    TEXTS.put("/ci.yml", "commands: [{shell: echo here}]\n");
    TEXTS.put("/large.yml", "#".repeat((1 << 20) + 1));
    REDIRECTS.put("/once", "/ci.yml");
    REDIRECTS.put("/round", "/round");
    REDIRECTS.put("/plain", "http://localhost/ci.yml");
    String yaml = "imports: [\"%s\"]\n";

    assertThat(run(yaml.formatted(url("/once")), "-y").out()).contains("here");
    assertThat(run(yaml.formatted(url("/round")), "-y").err()).contains("more than 3 others");
    assertThat(run(yaml.formatted(url("/plain")), "-y").err()).contains("which is not https");
    assertThat(run(yaml.formatted(url("/large.yml")), "-y").err()).contains("larger than 1024 KB");
    assertThat(run(yaml.formatted(url("/none.yml")), "-y").err()).contains("status 404");
    assertThat(run(yaml.formatted("http://localhost/a.yml")).err())
        .contains("only `https://` is fetched");
  }
}
