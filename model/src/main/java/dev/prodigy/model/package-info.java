/// The nouns: ids, events, sessions, checkpoints, dead letters, errors. No I/O.
@NullMarked
package dev.prodigy.model;

import org.jspecify.annotations.NullMarked;
