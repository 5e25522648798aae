package dev.prodigy.storage.file;

import dev.prodigy.model.Event;
import dev.prodigy.storage.EventTypes;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// How one kind of event is stored, found out once per kind: its names, and its components with
/// their keys.
///
/// @param opening the line up to its type
/// @param eventType the key and value of the type in snake case
/// @param agentId stands second in the line, so that readers who look for it stop early
/// @param plain whether no text in it may need an escape: users pipe these records through `read`
///   without `-r`
@SuppressWarnings("ArrayRecordComponent") // shared constants, never changed or compared
record EventShape(
    byte[] opening,
    byte[] eventType,
    @Nullable Part agentId,
    @Nullable Part itemId,
    List<Part> others,
    boolean plain) {

  /// A component of the event's record.
  ///
  /// @param name the key with quotes and colon
  record Part(String key, byte[] name, Method accessor) {
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
      Part part = new Part(key, LineBuffer.quotedName(key), component.getAccessor());
      switch (key) {
        case "agent_id" -> agentId = part;
        case "item_id" -> itemId = part;
        default -> others.add(part);
      }
    }
    String name = type.getSimpleName();
    return new EventShape(
        LineBuffer.ascii("{\"type\":\"" + name + "\""),
        LineBuffer.ascii("\"event_type\":\"" + EventTypes.snakeCase(name) + "\""),
        agentId,
        itemId,
        List.copyOf(others),
        type == Event.AgentCompleted.class);
  }
}
