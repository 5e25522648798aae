/// The store on a local file system: `~/.prodigy`.
@NullMarked
package dev.prodigy.storage.file;

import org.jspecify.annotations.NullMarked;
