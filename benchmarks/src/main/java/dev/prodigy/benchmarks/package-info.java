/// Whole-command and micro measurements beside what a user would otherwise use.
@NullMarked
package dev.prodigy.benchmarks;

import org.jspecify.annotations.NullMarked;
