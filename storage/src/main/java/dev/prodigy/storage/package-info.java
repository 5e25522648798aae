/// The promises of what is kept under the storage root; storage.file keeps them.
@NullMarked
package dev.prodigy.storage;

import org.jspecify.annotations.NullMarked;
