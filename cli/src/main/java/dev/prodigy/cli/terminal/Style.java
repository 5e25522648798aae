package dev.prodigy.cli.terminal;

/// What one stream can show: colour, and signs beyond ASCII.
public record Style(boolean color, boolean unicode) {
  public static final Style PLAIN = new Style(false, false);

  /// A sign for the start of a line, with its ASCII stand-in. Text that is piped has neither.
  public enum Icon {
    OK("✅", "[ok]"),
    ERROR("❌", "[error]"),
    WARN("⚠️", "[warn]"),
    INFO("ℹ️", "[info]"),
    BUSY("🔄", "[busy]"),
    CHART("📊", "[stats]"),
    LIST("📋", "[list]"),
    FIND("🔍", "[find]");

    private final String sign;
    private final String ascii;

    Icon(String sign, String ascii) {
      this.sign = sign;
      this.ascii = ascii;
    }
  }

  /// Colours by what they say rather than how they look.
  public enum Tone {
    STRONG("1"),
    FAINT("2"),
    GOOD("32"),
    BAD("1;31"),
    CAREFUL("33"),
    NAME("36");

    private final String code;

    Tone(String code) {
      this.code = code;
    }
  }

  public String paint(Tone tone, String text) {
    return color ? "\u001b[" + tone.code + "m" + text + "\u001b[0m" : text;
  }

  public String icon(Icon icon) {
    return unicode ? icon.sign : icon.ascii;
  }
}
