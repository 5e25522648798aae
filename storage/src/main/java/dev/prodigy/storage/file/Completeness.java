package dev.prodigy.storage.file;

import java.lang.reflect.RecordComponent;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Finds what a document lacks: a record's component that must not be null but is. The model's
/// [Nullable] marks are the rule, so no second list of required keys exists.
final class Completeness {
  private Completeness() {}

  /// @throws StoredJson.Unreadable naming the first missing key
  static void check(Object value) {
    switch (value) {
      case Record data -> checkComponents(data);
      case List<?> list -> list.forEach(Completeness::check);
      default -> {} // a leaf
    }
  }

  private static void checkComponents(Record data) {
    for (RecordComponent component : data.getClass().getRecordComponents()) {
      Object value = valueOf(data, component);
      if (value != null) {
        check(value);
      } else if (!component.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
        throw new StoredJson.Unreadable(
            "no value for " + data.getClass().getSimpleName() + "." + component.getName());
      }
    }
  }

  private static @Nullable Object valueOf(Record data, RecordComponent component) {
    try {
      return component.getAccessor().invoke(data);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("accessor of a record: " + component, e);
    }
  }
}
