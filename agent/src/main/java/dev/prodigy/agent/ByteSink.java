package dev.prodigy.agent;

import java.util.List;

/// Takes one stream's bytes as they arrive. Calls come one after another, never at once; nothing
/// comes after [#end].
interface ByteSink {

  /// The first `length` bytes of the buffer are the next ones; the buffer is reused afterwards.
  void accept(byte[] buffer, int length);

  /// The stream has ended, or nobody waits for the rest of it.
  default void end() {}

  static ByteSink all(List<ByteSink> sinks) {
    if (sinks.size() == 1) {
      return sinks.getFirst();
    }
    return new ByteSink() {
      @Override
      public void accept(byte[] buffer, int length) {
        sinks.forEach(sink -> sink.accept(buffer, length));
      }

      @Override
      public void end() {
        sinks.forEach(ByteSink::end);
      }
    };
  }
}
