package dev.prodigy.cli.terminal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// A console whose streams are strings.
public final class TestConsole {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private final Console console;

  public TestConsole(Terminals terminals, Map<String, String> env, String input) {
    var in = new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8));
    console = new Console(in, out, err, terminals, env);
  }

  static TestConsole piped() {
    return new TestConsole(Terminals.NONE, Map.of(), "");
  }

  public Console console() {
    return console;
  }

  public String out() {
    console.flush();
    return out.toString(StandardCharsets.UTF_8);
  }

  public String err() {
    console.flush();
    return err.toString(StandardCharsets.UTF_8);
  }
}
