package dev.prodigy.storage;

/// Held run locks; closing releases them.
public interface RunLock extends AutoCloseable {
  @Override
  void close();
}
