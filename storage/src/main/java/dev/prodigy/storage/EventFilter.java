package dev.prodigy.storage;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Which events a reader wants: all that meet every given condition.
///
/// @param types names in either spelling; empty for all
/// @param jobId where a file may hold events of several jobs
/// @param since the earliest time, included
/// @param until the latest time, included
/// @param text what must be found in some field
public record EventFilter(
    List<String> types,
    @Nullable String jobId,
    @Nullable String agentId,
    @Nullable String itemId,
    @Nullable String correlationId,
    @Nullable Instant since,
    @Nullable Instant until,
    @Nullable TextQuery text) {
  public static final EventFilter ALL =
      new EventFilter(List.of(), null, null, null, null, null, null, null);

  public EventFilter {
    types = pascal(types);
  }

  public static EventFilter ofTypes(String... types) {
    return ALL.withTypes(List.of(types));
  }

  public EventFilter withTypes(List<String> wanted) {
    return new EventFilter(wanted, jobId, agentId, itemId, correlationId, since, until, text);
  }

  public EventFilter withJob(@Nullable String wanted) {
    return new EventFilter(types, wanted, agentId, itemId, correlationId, since, until, text);
  }

  public EventFilter withAgent(@Nullable String wanted) {
    return new EventFilter(types, jobId, wanted, itemId, correlationId, since, until, text);
  }

  public EventFilter withItem(@Nullable String wanted) {
    return new EventFilter(types, jobId, agentId, wanted, correlationId, since, until, text);
  }

  public EventFilter withCorrelation(@Nullable String wanted) {
    return new EventFilter(types, jobId, agentId, itemId, wanted, since, until, text);
  }

  public EventFilter between(@Nullable Instant earliest, @Nullable Instant latest) {
    return new EventFilter(types, jobId, agentId, itemId, correlationId, earliest, latest, text);
  }

  public EventFilter containing(@Nullable TextQuery wanted) {
    return new EventFilter(types, jobId, agentId, itemId, correlationId, since, until, wanted);
  }

  private static List<String> pascal(List<String> names) {
    String[] pascal = new String[names.size()];
    for (int i = 0; i < pascal.length; i++) {
      pascal[i] = EventTypes.pascalCase(names.get(i));
    }
    return List.of(pascal);
  }
}
