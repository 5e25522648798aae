package dev.prodigy.storage;

import dev.prodigy.model.Owner;
import java.util.List;
import java.util.Optional;

/// Who works on a session or job. Held for a whole run; a dead holder's lock is recognised and
/// removed.
public interface RunLocks {

  /// Takes all of them or none.
  ///
  /// @param force take over from another host, whose processes cannot be checked from here. Never
  ///   takes the lock of a live process on this host.
  /// @throws StorageException `E2004` naming the holder, if one is held
  RunLock acquire(List<String> ids, boolean force);

  /// The process that holds it; empty if none does or its holder is dead.
  Optional<Owner> liveHolder(String id);
}
