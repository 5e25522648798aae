/// Checks everything a store holds, and repairs it by setting aside what cannot be used.
@NullMarked
package dev.prodigy.storage.verify;

import org.jspecify.annotations.NullMarked;
