package dev.prodigy.storage.file;

import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Finds what a document lacks: a record's component that must not be null but is. The model's
/// [Nullable] marks are the rule, so no second list of required keys exists.
final class Completeness {

  /// Reading them from the class each time would cost more than parsing the document.
  private static final ClassValue<List<Component>> COMPONENTS =
      new ClassValue<>() {
        @Override
        protected List<Component> computeValue(Class<?> type) {
          return Stream.of(type.getRecordComponents()).map(Component::of).toList();
        }
      };

  private Completeness() {}

  private record Component(String name, Method accessor, boolean required, boolean composed) {
    static Component of(RecordComponent component) {
      Method accessor = component.getAccessor();
      accessor.setAccessible(true); // records nested in our own classes are private
      Class<?> type = component.getType();
      return new Component(
          component.getName(),
          accessor,
          !type.isPrimitive() && !component.getAnnotatedType().isAnnotationPresent(Nullable.class),
          type.isRecord() || List.class.isAssignableFrom(type));
    }
  }

  /// @throws StoredJson.Unreadable naming the first missing key
  static void check(Object value) {
    if (value instanceof Record data) {
      COMPONENTS.get(data.getClass()).forEach(component -> check(data, component));
    } else if (value instanceof List<?> list) {
      list.forEach(Completeness::check);
    }
  }

  private static void check(Record data, Component component) {
    if (!component.required() && !component.composed()) {
      return;
    }
    Object value = valueOf(data, component);
    if (value != null) {
      if (component.composed()) {
        check(value);
      }
    } else if (component.required()) {
      throw new StoredJson.Unreadable(
          "no value for " + data.getClass().getSimpleName() + "." + component.name());
    }
  }

  private static @Nullable Object valueOf(Record data, Component component) {
    try {
      return component.accessor().invoke(data);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("accessor of a record: " + component, e);
    }
  }
}
