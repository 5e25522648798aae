package dev.prodigy.storage.file;

import dev.prodigy.model.Event;
import dev.prodigy.storage.EventTypes;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.io.SerializedString;

/// How one kind of event is stored, found out once per kind: its names, and its components with
/// their keys.
///
/// @param agentId stands second in the line, so that readers who look for it stop early
/// @param plain whether no text in it may need an escape: users pipe these records through `read`
///   without `-r`
record EventShape(
    SerializedString type,
    SerializedString eventType,
    @Nullable Part agentId,
    @Nullable Part itemId,
    List<Part> others,
    boolean plain) {

  /// A component of the event's record.
  record Part(SerializedString key, Method accessor) {
    @Nullable Object of(Event event) {
      try {
        return accessor.invoke(event);
      } catch (IllegalAccessException | InvocationTargetException e) {
        throw new IllegalStateException("cannot read " + accessor, e);
      }
    }
  }

  private static final ClassValue<EventShape> SHAPES =
      new ClassValue<>() {
        @Override
        protected EventShape computeValue(Class<?> type) {
          return of(type);
        }
      };

  static EventShape of(Event event) {
    return SHAPES.get(event.getClass());
  }

  private static EventShape of(Class<?> type) {
    Part agentId = null;
    Part itemId = null;
    List<Part> others = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      String key = EventTypes.snakeCase(component.getName());
      Part part = new Part(new SerializedString(key), component.getAccessor());
      switch (key) {
        case "agent_id" -> agentId = part;
        case "item_id" -> itemId = part;
        default -> others.add(part);
      }
    }
    String name = type.getSimpleName();
    return new EventShape(
        new SerializedString(name),
        new SerializedString(EventTypes.snakeCase(name)),
        agentId,
        itemId,
        List.copyOf(others),
        type == Event.AgentCompleted.class);
  }
}
