/// Temporary repositories, scripted agent, kill harness; uses none of the other modules.
@NullMarked
package dev.prodigy.testkit;

import org.jspecify.annotations.NullMarked;
