/// One workflow, step by step: conditions, handlers, captures, checkpoints, resume.
@NullMarked
package dev.prodigy.engine;

import org.jspecify.annotations.NullMarked;
