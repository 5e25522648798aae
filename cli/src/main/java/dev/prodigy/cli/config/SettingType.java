package dev.prodigy.cli.config;

import dev.prodigy.cli.command.ValueType.BadValue;
import dev.prodigy.cli.command.Values;
import dev.prodigy.model.Json;
import dev.prodigy.workflow.DurationText;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/// What the value of a setting may be.
interface SettingType {

  /// A value that does not fit. The message continues the setting's path: ` must be ...`.
  final class Refused extends Exception {
    private static final long serialVersionUID = 1L;

    Refused(String message) {
      super(message, null, false, false);
    }

    String message() {
      return String.valueOf(getMessage());
    }
  }

  /// @param value as a file has it
  /// @return as it is kept
  JsonNode accept(JsonNode value) throws Refused;

  /// @param text of an environment variable, not empty
  default JsonNode read(String text) throws Refused {
    return accept(Json.NODES.stringNode(text));
  }

  static SettingType text() {
    return value -> Json.NODES.stringNode(scalar(value, "must be text"));
  }

  static SettingType filledText() {
    return value -> {
      String text = scalar(value, "must be text");
      if (text.isBlank()) {
        throw new Refused("cannot be empty when provided");
      }
      return Json.NODES.stringNode(text);
    };
  }

  static SettingType relativePath() {
    return value -> {
      String text = scalar(value, "must be a path");
      if (text.startsWith("/") || text.startsWith("~")) {
        throw new Refused("should be a relative path");
      }
      return Json.NODES.stringNode(text);
    };
  }

  static SettingType word(String... words) {
    List<String> list = Arrays.asList(words);
    return value -> {
      String text = scalar(value, "must be one of: " + String.join(", ", list));
      if (text.isBlank()) {
        throw new Refused("cannot be empty");
      }
      if (!list.contains(text.toLowerCase(Locale.ROOT))) {
        throw new Refused("must be one of: " + String.join(", ", list));
      }
      return Json.NODES.stringNode(text.toLowerCase(Locale.ROOT));
    };
  }

  static SettingType integer(long least, long most) {
    String range =
        most == Long.MAX_VALUE
            ? "must be a whole number of at least " + least
            : "must be between " + least + " and " + most;
    return new SettingType() {
      @Override
      public JsonNode accept(JsonNode value) throws Refused {
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
          throw new Refused(range);
        }
        long number = value.longValue();
        if (number < least || number > most) {
          throw new Refused(range);
        }
        return value;
      }

      @Override
      public JsonNode read(String text) throws Refused {
        try {
          return accept(Json.NODES.numberNode(Long.parseLong(text.strip())));
        } catch (NumberFormatException _) {
          throw new Refused(range);
        }
      }
    };
  }

  static SettingType decimal(double least) {
    String words = "must be a number of at least " + least;
    return new SettingType() {
      @Override
      public JsonNode accept(JsonNode value) throws Refused {
        if (!value.isNumber() || !(value.doubleValue() >= least)) {
          throw new Refused(words);
        }
        return value;
      }

      @Override
      public JsonNode read(String text) throws Refused {
        try {
          return accept(Json.NODES.numberNode(new BigDecimal(text.strip())));
        } catch (NumberFormatException _) {
          throw new Refused(words);
        }
      }
    };
  }

  static SettingType flag() {
    return new SettingType() {
      @Override
      public JsonNode accept(JsonNode value) throws Refused {
        if (!value.isBoolean()) {
          throw new Refused("must be true or false");
        }
        return value;
      }

      @Override
      public JsonNode read(String text) throws Refused {
        return Json.NODES.booleanNode(
            switch (text.strip().toLowerCase(Locale.ROOT)) {
              case "true", "1", "yes", "on" -> true;
              case "false", "0", "no", "off" -> false;
              default -> throw new Refused("must be true or false");
            });
      }
    };
  }

  static SettingType duration(boolean zero) {
    return value -> {
      String text = scalar(value, "must be seconds or a duration");
      Duration duration =
          DurationText.parse(text)
              .orElseThrow(
                  () ->
                      new Refused(
                          "must be seconds or a duration such as 30s, 12h or 30d, is '%s'"
                              .formatted(text)));
      if (duration.isZero() && !zero) {
        throw new Refused("must be more than 0");
      }
      return value;
    };
  }

  static SettingType size(long least) {
    return value -> {
      String text = scalar(value, "must be a size such as 100MB");
      try {
        if (Values.SIZE.parse(text) < least) {
          throw new Refused("must be at least " + (least >> 20) + "MB");
        }
      } catch (BadValue _) {
        throw new Refused("must be a size such as 512KB, 100MB or 1G, is '%s'".formatted(text));
      }
      return value;
    };
  }

  static SettingType list() {
    return new SettingType() {
      @Override
      public JsonNode accept(JsonNode value) throws Refused {
        if (!value.isArray()) {
          throw new Refused("must be a list");
        }
        return value;
      }

      @Override
      public JsonNode read(String text) {
        var list = Json.NODES.arrayNode();
        Arrays.stream(text.split(",", -1))
            .map(String::strip)
            .filter(entry -> !entry.isEmpty())
            .forEach(list::add);
        return list;
      }
    };
  }

  /// JSON if the text of a variable is any, else the text itself.
  static SettingType any() {
    return new SettingType() {
      @Override
      public JsonNode accept(JsonNode value) {
        return value;
      }

      @Override
      public JsonNode read(String text) {
        try {
          return Json.parse(text);
        } catch (JacksonException _) { // then it is no JSON but a text
          return Json.NODES.stringNode(text);
        }
      }
    };
  }

  private static String scalar(JsonNode value, String otherwise) throws Refused {
    if (value.isContainer() || value.isNull()) {
      throw new Refused(otherwise);
    }
    return value.asString();
  }
}
