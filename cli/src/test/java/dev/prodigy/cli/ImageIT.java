package dev.prodigy.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The image as it is built, run as users run it.
class ImageIT {
  private static final Path IMAGE = Program.CHECKOUT.resolve("dist");

  @TempDir Path directory;

  @Test
  void theVersionIsOneLineAndNothingElse() {
    assertThat(prodigy(Map.of(), "--version"))
        .isEqualTo(new Program.Result(0, "prodigy " + Version.NUMBER + "\n", ""));
  }

  @Test
  void wordsOutsideAsciiWorkInEveryLocale() {
    for (String locale : List.of("C", "en_US.UTF-8", "xx_YY", "")) {
      assertThat(prodigy(Map.of("LC_ALL", locale), "--grün-日本=1").err())
          .as(locale)
          .startsWith("error: unrecognized option '--grün-日本'");
    }
  }

  @Test
  void colourIsForTerminals() {
    String typed = IMAGE.resolve("bin/prodigy") + " --help";
    var env = Map.of("TERM", "xterm", "NO_COLOR", "", "CLICOLOR", "1");

    assertThat(Program.run(directory, env, "script", "-qec", typed, "/dev/null").out())
        .contains("\u001b[1mOptions:");
    assertThat(prodigy(env, "--help").out()).doesNotContain("\u001b");
  }

  @Test
  void aReaderThatLeavesIsNoError() throws IOException, InterruptedException {
    var builder = new ProcessBuilder(IMAGE.resolve("bin/prodigy").toString(), "--help");
    Path err = directory.resolve("err");
    Process process = builder.redirectError(err.toFile()).start();
    process.getInputStream().close();

    assertThat(process.waitFor()).isZero();
    assertThat(err).isEmptyFile();
  }

  /// JDK 25 does not compare a class cache with the jar it was made from: under the same name it
  /// would run the old classes.
  @Test
  void aChangedJarIsNeverServedFromAnOldCache() throws IOException {
    Path image = Files.createDirectories(directory.resolve("image"));
    try (var entries = Files.list(IMAGE)) {
      for (Path runtime : entries.filter(e -> name(e).startsWith("runtime-")).toList()) {
        Files.createSymbolicLink(image.resolve(name(runtime)), runtime);
      }
    }
    Path jar = directory.resolve("app.jar");

    for (String word : List.of("one", "two", "one", "six")) {
      makeImage(jar, word, image);
      assertThat(Program.run(directory, image.resolve("bin/prodigy").toString()).out())
          .isEqualTo(word + "\n");
      assertThat(strictly(image).out()).as("with the cache made to be used").isEqualTo(word + "\n");
    }
  }

  /// As the launcher does, but it is an error if the cache cannot be used.
  private Program.Result strictly(Path image) throws IOException {
    Path strict = image.resolve("bin/strict");
    String script = Files.readString(image.resolve("bin/prodigy"));
    Files.writeString(strict, script.replace("-XX:AOTCache", "-XX:AOTMode=on -XX:AOTCache"));
    return Program.run(directory, "sh", strict.toString());
  }

  private void makeImage(Path jar, String word, Path image) throws IOException {
    Path classes = Files.createDirectories(directory.resolve("classes-" + word));
    Path source = classes.resolve("Main.java");
    Files.writeString(
        source,
        """
        package dev.prodigy.cli;
        class Main {
          public static void main(String[] args) { System.out.println("%s"); }
        }
        class StartupTraining {
          public static void main(String[] args) { Main.main(args); }
        }
        """
            .formatted(word));
    var compiler = ToolProvider.getSystemJavaCompiler();
    assertThat(compiler.run(null, null, null, "-d", classes.toString(), source.toString()))
        .isZero();
    try (OutputStream out = Files.newOutputStream(jar);
        var entries = new JarOutputStream(out)) {
      for (String name : List.of("Main", "StartupTraining")) {
        String path = "dev/prodigy/cli/" + name + ".class";
        entries.putNextEntry(new JarEntry(path));
        entries.write(Files.readAllBytes(classes.resolve(path)));
      }
    }
    Path support = Program.CHECKOUT.resolve("support");
    String java = Path.of(System.getProperty("java.home"), "bin/java").toString();
    String program = support.resolve("MakeImage.java").toString();
    var made =
        Program.run(directory, java, program, jar.toString(), image.toString(), support.toString());
    assertThat(made.code()).as(made.out() + made.err()).isZero();
  }

  private Program.Result prodigy(Map<String, String> env, String... words) {
    var command = new ArrayList<>(List.of(IMAGE.resolve("bin/prodigy").toString()));
    command.addAll(List.of(words));
    return Program.run(directory, env, command.toArray(String[]::new));
  }

  private static String name(Path path) {
    return String.valueOf(path.getFileName());
  }
}
