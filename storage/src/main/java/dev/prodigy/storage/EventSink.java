package dev.prodigy.storage;

/// Takes events one by one, in order.
@FunctionalInterface
public interface EventSink {

  /// False: no more, please.
  boolean accept(EventLine event);
}
