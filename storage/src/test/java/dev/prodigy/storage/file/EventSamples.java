package dev.prodigy.storage.file;

import dev.prodigy.model.AgentId;
import dev.prodigy.model.Event;
import dev.prodigy.model.FailureReason;
import dev.prodigy.model.ItemId;
import dev.prodigy.model.JobId;
import dev.prodigy.model.Json;
import java.lang.reflect.Constructor;
import java.lang.reflect.Parameter;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/// Makes events of every kind with values from a seeded generator, some of them nasty.
final class EventSamples {
  private static final List<String> NASTY =
      List.of(
          "",
          "plain",
          "say \"hi\"\nC:\\x",
          "\u0000\u0001\u001f\u007f\t\r\f\b",
          "\\n is not a newline, \\u000a neither",
          "Grüße, 世界, 🎉, \u2028",
          "},\"crc\":\"00000000\"}",
          "{\"type\":\"JobCompleted\"}");

  private final java.util.Random random;

  EventSamples(long seed) {
    random = new java.util.Random(seed);
  }

  static Stream<Class<?>> kinds() {
    return Stream.of(Event.class.getPermittedSubclasses())
        .flatMap(
            type -> type.isRecord() ? Stream.of(type) : Stream.of(type.getPermittedSubclasses()));
  }

  Event make(Class<?> kind) {
    try {
      Constructor<?> constructor = kind.getDeclaredConstructors()[0];
      Object[] values =
          Stream.of(constructor.getParameters()).map(this::value).toArray(Object[]::new);
      return (Event) constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  static List<String> components(Class<?> kind) {
    return Stream.of(kind.getRecordComponents()).map(RecordComponent::getName).toList();
  }

  private @Nullable Object value(Parameter parameter) {
    boolean nullable = parameter.getAnnotatedType().isAnnotationPresent(Nullable.class);
    if (nullable && random.nextInt(3) == 0) {
      return null;
    }
    return value(parameter.getType());
  }

  private Object value(Class<?> type) {
    if (type == String.class) {
      return text();
    } else if (type == int.class || type == Integer.class) {
      return random.nextInt();
    } else if (type == long.class || type == Long.class) {
      return random.nextLong();
    } else if (type == double.class || type == Double.class) {
      return random.nextInt(1000) / 8.0;
    } else if (type == boolean.class) {
      return random.nextBoolean();
    } else if (type == Duration.class) {
      return Duration.ofMillis(random.nextInt(1_000_000));
    } else if (type == AgentId.class) {
      return new AgentId("job-1_agent_" + random.nextInt(100));
    } else if (type == ItemId.class) {
      return ItemId.of(random.nextInt(100));
    } else if (type == JobId.class) {
      return new JobId("mapreduce-" + random.nextInt(100));
    } else if (type == List.class) {
      return Stream.generate(this::text).limit(random.nextInt(4)).toList();
    } else if (type == FailureReason.class) {
      return reason();
    } else if (type.isEnum()) {
      Object[] constants = type.getEnumConstants();
      return constants[random.nextInt(constants.length)];
    } else if (type == JsonNode.class) {
      return tree(3);
    }
    throw new IllegalStateException("no sample of " + type);
  }

  String text() {
    int kind = random.nextInt(NASTY.size() + 1);
    if (kind < NASTY.size()) {
      return NASTY.get(kind);
    }
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(40); i > 0; i--) {
      int point = random.nextInt(random.nextBoolean() ? 0x80 : Character.MAX_CODE_POINT);
      if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
        text.appendCodePoint(point);
      }
    }
    return text.toString();
  }

  private FailureReason reason() {
    return switch (random.nextInt(4)) {
      case 0 -> new FailureReason.Timeout();
      case 1 -> new FailureReason.CommandFailed(random.nextInt(256));
      case 2 -> new FailureReason.CommitValidationFailed(text());
      default -> new FailureReason.MergeConflict();
    };
  }

  private JsonNode tree(int depth) {
    return switch (depth == 0 ? 2 + random.nextInt(4) : random.nextInt(6)) {
      case 0 -> {
        var object = Json.NODES.objectNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          object.set(text(), tree(depth - 1));
        }
        yield object;
      }
      case 1 -> {
        var array = Json.NODES.arrayNode();
        for (int i = random.nextInt(4); i > 0; i--) {
          array.add(tree(depth - 1));
        }
        yield array;
      }
      case 2 -> Json.NODES.stringNode(text());
      case 3 -> Json.NODES.numberNode(random.nextInt());
      case 4 -> Json.NODES.booleanNode(random.nextBoolean());
      default -> Json.NODES.nullNode();
    };
  }
}
